<?php

namespace Reliability\Agent;

/** Names every path of the agent, so that no other file spells one. */
final class Layout
{
    /** @var string the agent's directory: on the same file system as the plugins, best outside the web root */
    public $dir;
    /** @var string the plugin's folder below WP_PLUGIN_DIR: what WordPress loads */
    public $place;
    /** @var string whole versions that are not in place now: former good copies and the next candidate */
    public $versions;
    /** @var string what is on its way in or out; emptied before each use */
    public $staging;
    /** @var string */
    public $state;
    /** @var string the one file that says what the agent is in the middle of */
    public $journal;
    /** @var string there exactly while the journal holds something that every request must heed; written before, removed after it */
    public $underWay;
    /** @var string the plugin's configuration */
    public $config;
    /** @var string */
    public $lock;
    /** @var string which start of the plugin this is, and its counters then */
    public $boot;
    /** @var string empty; its time of change is when the next beat is due */
    public $nextBeat;
    /** @var string when a beat was last tried, by its time */
    public $lastBeat;
    /** @var string empty; its time of change is when the plugin's counters were last looked at between beats */
    public $lastLook;
    /** @var string one line a crash */
    public $crashes;
    /** @var string what Center was told last: counters, checkpoint, envelopes refused */
    public $told;
    /** @var string approvers' keys as the pinned approvers changed them since */
    public $trust;
    /** @var string signed metadata that is believed, where a root is pinned */
    public $tuf;
    /** @var string there while loopbacks rest because one was left unanswered */
    public $noLoopback;

    public function __construct(string $dir, string $place)
    {
        $this->dir = $dir;
        $this->place = $place;
        $this->versions = "$dir/versions";
        $this->staging = "$dir/staging";
        $this->state = "$dir/state";
        $this->journal = "$this->state/journal.json";
        $this->underWay = "$this->state/under-way";
        $this->config = "$this->state/config.json";
        $this->lock = "$this->state/lock";
        $this->boot = "$this->state/boot.json";
        $this->nextBeat = "$this->state/next-beat";
        $this->lastBeat = "$this->state/last-beat";
        $this->lastLook = "$this->state/last-look";
        $this->crashes = "$this->state/crashes.log";
        $this->told = "$this->state/told.json";
        $this->trust = "$this->state/trust.json";
        $this->tuf = "$this->state/tuf.json";
        $this->noLoopback = "$this->state/no-loopback";
    }

    public function prepare(): void
    {
        foreach ([$this->versions, $this->state] as $folder) {
            if (!is_dir($folder) && !mkdir($folder, 0700, true) && !is_dir($folder)) {
                throw new \RuntimeException("cannot make $folder");
            }
        }
    }
}
