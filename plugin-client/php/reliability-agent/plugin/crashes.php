<?php

namespace Reliability\Agent;

const FATAL = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;

/**
 * The fatal error that ended this request, if it is the plugin's: raised in its folder, or called from there.
 *
 * @param array|null $error error_get_last()
 * @return array{kind: string, message: string, place: string}|null kind: crash, memory or time
 */
function find_crash(?array $error, string $folder): ?array
{
    if ($error === null || ($error['type'] & FATAL) === 0) {
        return null;
    }
    $isOwn = strncmp($error['file'], "$folder/", strlen($folder) + 1) === 0 || strpos($error['message'], "$folder/") !== false;
    if (!$isOwn) {
        return null;
    }
    $kind = 'crash';
    if (strncmp($error['message'], 'Allowed memory size', 19) === 0 || strncmp($error['message'], 'Out of memory', 13) === 0) {
        $kind = 'memory';
    } elseif (strncmp($error['message'], 'Maximum execution time', 22) === 0) {
        $kind = 'time';
    }
    $message = trim(preg_replace('/\s+/', ' ', strtok($error['message'], "\n")));
    return ['kind' => $kind, 'message' => str_replace($folder, '', $message), 'place' => str_replace($folder, '', $error['file']) . ':' . $error['line']];
}

/** Appends one line; a single write of this size is whole or not there. */
function note_crash(Layout $layout, array $crash, string $bootId, int $now): void
{
    $line = to_json(['at' => $now, 'boot_id' => $bootId] + array_map(static function (string $text): string {
        return substr($text, 0, Limits::REASON_CHARS);
    }, $crash));
    file_put_contents($layout->crashes, "$line\n", FILE_APPEND | LOCK_EX);
}

/** @return array[] newest last */
function read_crashes(Layout $layout): array
{
    $lines = explode("\n", trim((string) read_text($layout->crashes)));
    if (count($lines) > 2 * Limits::CRASHES_KEPT) {
        $lines = array_slice($lines, -Limits::CRASHES_KEPT);
        write_durably($layout->crashes, implode("\n", $lines) . "\n");
    }
    return array_values(array_filter(array_map(__NAMESPACE__ . '\parse_object', $lines)));
}

/** Real crashes since a time, ms; running out of memory or time says more about the host than about a version. */
function count_crashes(array $crashes, int $since, ?string $bootId = null): int
{
    return count(array_filter($crashes, static function (array $one) use ($since, $bootId): bool {
        return $one['kind'] === 'crash' && $one['at'] >= $since && ($bootId === null || $one['boot_id'] === $bootId);
    }));
}

/** What a start of the plugin crashed of last, or null. @param string $kind crash, memory or time; '' for any */
function last_crash(array $crashes, string $bootId, string $kind = 'crash'): ?array
{
    foreach (array_reverse($crashes) as $one) {
        if ($one['boot_id'] === $bootId && ($kind === '' || $one['kind'] === $kind)) {
            return $one;
        }
    }
    return null;
}

/** Crashes since the last beat as the errors of the next one. */
function fresh_errors(array $crashes, int $since): array
{
    $codes = ['crash' => 'ERR_PHP_FATAL', 'memory' => 'ERR_PHP_OUT_OF_MEMORY', 'time' => 'ERR_PHP_OUT_OF_TIME'];
    $errors = [];
    foreach ($crashes as $one) {
        if ($one['at'] <= $since) {
            continue;
        }
        $fingerprint = substr(hash('sha256', $one['place']), 0, 16);
        $known = $errors[$fingerprint]['count'] ?? 0;
        $errors[$fingerprint] = ['code' => $codes[$one['kind']], 'fingerprint' => $fingerprint, 'count' => $known + 1];
    }
    return array_values($errors);
}
