<?php

namespace Reliability\Agent;

/**
 * The metadata that this agent believes, in one file that any crash leaves whole. It begins with the pinned root; another pin begins anew,
 * which is how an operator gets out when the repository's keys are lost.
 */
final class TrustedFiles
{
    /** @var array{root: string, timestamp: ?string, snapshot: ?string, targets: array<string, string>} exact texts */
    public $files;
    /** @var string */
    private $pin;
    /** @var Layout */
    private $layout;

    /** @throws TufError when the pinned root is none */
    public function __construct(Layout $layout)
    {
        $this->layout = $layout;
        $pinned = read_pinned_root($layout);
        $root = read_metadata($pinned, 'root', 'pin');
        if (member($root->signed, 'consistent_snapshot') !== true) {
            throw new TufError('tuf_malformed:pin');
        }
        require_threshold($root, root_role($root, 'root', 'pin'), 'pin');
        $this->pin = hash('sha256', canonicalize($root->signed));
        $found = read_json($layout->tuf);
        $this->files = is_trusted($found) && $found['pin'] === $this->pin
            ? ['root' => $found['root'], 'timestamp' => $found['timestamp'], 'snapshot' => $found['snapshot'], 'targets' => $found['targets']]
            : ['root' => $pinned, 'timestamp' => null, 'snapshot' => null, 'targets' => []];
    }

    /** Changes what is believed in one durable step. */
    public function save(array $change): void
    {
        $next = array_merge($this->files, $change);
        write_durably($this->layout->tuf, to_json(['format' => 1, 'pin' => $this->pin] + $next));
        $this->files = $next;
    }
}

/** @param mixed $found */
function is_trusted($found): bool
{
    return is_array($found) && ($found['format'] ?? null) === 1 && is_string($found['pin'] ?? null) && is_string($found['root'] ?? null)
        && array_key_exists('timestamp', $found) && array_key_exists('snapshot', $found) && is_array($found['targets'] ?? null);
}

/** The pinned root as text; read anew, because decoded into arrays an empty object would have become a list. */
function read_pinned_root(Layout $layout): string
{
    $config = json_decode((string) read_text("$layout->dir/agent.json"), false, 64);
    $root = member($config, 'tuf_root') ?? member(member($config, 'trust'), 'tuf_root');
    if (!$root instanceof \stdClass) {
        throw new TufError('tuf_malformed:pin');
    }
    return to_json($root);
}

/** @return array see role_keys */
function root_role(\stdClass $root, string $name, ?string $named = null): array
{
    return role_keys(member($root->signed, 'keys'), member(member($root->signed, 'roles'), $name), $named ?? $name);
}
