<?php

// The agent's working parts: loaded only in the requests that need them.
foreach (
    [
        'limits', 'parse-config', 'agent',
        'command/versions', 'command/open-envelope', 'command/check-plan', 'command/count-approvals', 'command/needs-people', 'command/verify-trust', 'command/verify-command',
        'disk/layout', 'disk/durable-file', 'disk/trust-file', 'disk/lock', 'disk/journal', 'disk/installed-version', 'disk/check-entry-path', 'disk/read-zip',
        'disk/read-tar', 'disk/unpack-artifact', 'disk/check-package',
        'center/center-client', 'center/download-artifact', 'center/outbox', 'center/send-beat', 'center/watch-fail-rate',
        'plugin/boot-record', 'plugin/own-health', 'plugin/loopback', 'plugin/crashes', 'plugin/opcode-cache', 'plugin/observe',
        'tuf/read-metadata', 'tuf/trusted-files', 'tuf/update-metadata', 'tuf/require-target',
        'run/record-answer', 'run/plan-change', 'run/put-home', 'run/stage-artifact', 'run/apply-change', 'run/conclude-change',
        'run/restore-last-good', 'run/settle-attempt', 'run/handle-command', 'run/tick',
    ] as $part
) {
    require_once __DIR__ . "/$part.php";
}

// WordPress brings sodium for hosts whose PHP was built without it.
if (!function_exists('sodium_crypto_sign_verify_detached') && defined('WPINC') && is_file(ABSPATH . WPINC . '/sodium_compat/autoload.php')) {
    require_once ABSPATH . WPINC . '/sodium_compat/autoload.php';
}
