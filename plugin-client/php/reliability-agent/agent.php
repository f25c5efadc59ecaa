<?php

namespace Reliability\Agent;

/** Everything the steps of the agent share within one request. */
final class Agent
{
    /** @var array see parse_config */
    public $config;
    /** @var array{version: int, approver_keys: array, threshold: mixed} whose signatures count now */
    public $trust;
    /** @var Layout */
    public $layout;
    /** @var Journal */
    public $journal;
    /** @var Request */
    public $request;
    /** @var bool something changed that Center should hear now */
    public $isUrgent = false;

    public function __construct(array $config, Layout $layout, Request $request)
    {
        $this->config = $config;
        $this->layout = $layout;
        $this->request = $request;
        $layout->prepare();
        $this->trust = read_trust($layout, $config['trust']);
        $this->journal = new Journal($layout, [$this, 'kill']);
    }

    /** Milliseconds since 1970, as everywhere in the journal. */
    public function now(): int
    {
        return (int) floor(microtime(true) * 1000);
    }

    /** For tests alone: where wp-config.php names this step, the process ends here as by kill -9 (or a machine that loses its power). */
    public function kill(string $label): void
    {
        if (defined('RELIABILITY_AGENT_CHAOS') && RELIABILITY_AGENT_CHAOS === $label) {
            file_put_contents($this->layout->dir . '/died', $label);
            posix_kill(getpid(), SIGKILL);
        }
    }

    /** One line in PHP's error log, in the platform's own form. */
    public function log(string $level, string $message, array $fields = []): void
    {
        $record = ['ts' => gmdate('Y-m-d\TH:i:s\Z'), 'level' => $level, 'code' => $level === 'error' ? 'ERR_AGENT' : 'WARN_AGENT', 'module_id' => 'agent'];
        error_log(to_json(array_merge($record, ['actor_id' => 'plugin:' . $this->config['plugin_id'], 'message' => $message], $fields)));
    }
}

/** What is known of the request we are in. */
final class Request
{
    /** @var string the start of the plugin whose code this request loads; '' while unknown */
    public $bootId = '';
    /** @var bool every plugin was loaded and WordPress is set up: what runs in this request is whole */
    public $isWhole = false;
    /** @var bool a fatal error ended it */
    public $isCrashed = false;
    /** @var array{mode: string, nonce: string, argument: string}|null our own signed question */
    public $loopback = null;
    /** @var bool asked for by Center's probe or by wp-cron: nobody waits for a page */
    public $isWake = false;
}
