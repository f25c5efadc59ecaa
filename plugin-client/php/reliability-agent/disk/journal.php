<?php

namespace Reliability\Agent;

/** The one file that says what the agent is in the middle of. Memory changes only after the disk did. */
final class Journal
{
    /** @var array|null { format, good, kept, isolated, attempt, last_commit, tries, answers, outbox }; null until it was read, which most requests never need */
    public $data = null;
    /** @var Layout */
    private $layout;
    /** @var callable */
    private $kill;

    public function __construct(Layout $layout, callable $kill)
    {
        $this->layout = $layout;
        $this->kill = $kill;
    }

    /** Reads it anew: another request may have written since. Without one, the plugin in place is the good copy. */
    public function reload(): void
    {
        $found = read_json($this->layout->journal);
        if (($found['format'] ?? null) === 1) {
            $this->data = $found;
            return;
        }
        // Only a broken disk leaves an unreadable journal. It is kept for a person; the shop goes on with what is installed.
        if (is_file($this->layout->journal)) {
            rename($this->layout->journal, $this->layout->journal . '.unreadable');
        }
        $good = disk_version($this->layout);
        $this->data = [
            'format' => 1, 'good' => $good, 'kept' => $good === null ? [] : [$good], 'isolated' => false,
            'attempt' => null, 'last_commit' => null, 'tries' => [], 'answers' => [], 'outbox' => [],
        ];
    }

    /**
     * Changes the journal in one durable step.
     *
     * @param string   $label names the step for kill points
     * @param callable $change takes the data by reference
     */
    public function update(string $label, callable $change): void
    {
        $draft = $this->data;
        $change($draft);
        $draft['answers'] = newest_answers($draft['answers']);
        $isUnderWay = $draft['attempt'] !== null || $draft['isolated'];
        if ($isUnderWay) {
            touch($this->layout->underWay);
        }
        write_durably($this->layout->journal, to_json($draft), function () use ($label): void {
            ($this->kill)("journal.$label.written");
        });
        $this->data = $draft;
        if (!$isUnderWay && is_file($this->layout->underWay)) {
            unlink($this->layout->underWay);
        }
        ($this->kill)("journal.$label");
    }
}

/** Keeps the journal bounded: the oldest answers go first, long after Center stopped asking. */
function newest_answers(array $answers): array
{
    if (count($answers) <= Limits::ANSWERS_KEPT) {
        return $answers;
    }
    uasort($answers, static function (array $a, array $b): int {
        return $b['at'] <=> $a['at'];
    });
    return array_slice($answers, 0, Limits::ANSWERS_KEPT, true);
}
