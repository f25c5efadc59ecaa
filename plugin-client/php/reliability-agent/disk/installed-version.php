<?php

namespace Reliability\Agent;

/** The version in place, by its own manifest or, where it was installed by hand, by its WordPress header; null when there is none. */
function disk_version(Layout $layout): ?string
{
    return version_of($layout->place);
}

function version_of(string $folder): ?string
{
    $manifest = read_json("$folder/plugin.json");
    $version = $manifest['version'] ?? header_version($folder);
    return parse_version($version) === null ? null : $version;
}

/** "Version: 1.2.3" of the main file, which by custom is named after its folder. */
function header_version(string $folder): ?string
{
    $main = "$folder/" . basename($folder) . '.php';
    $head = is_file($main) ? (string) file_get_contents($main, false, null, 0, 8192) : '';
    return preg_match('/^[ \t\/*#@]*Version:[ \t]*(\S+)/mi', $head, $found) ? $found[1] : null;
}

function is_kept(Layout $layout, string $version): bool
{
    return parse_version($version) !== null && is_dir("$layout->versions/$version") && !is_link("$layout->versions/$version");
}

/**
 * Puts a version in place by two renames and keeps the one that was there. Each may already have been done by someone who died since.
 *
 * @param callable $kill called with "aside" between the renames
 */
function put_in_place(Layout $layout, string $version, callable $kill): void
{
    $present = disk_version($layout);
    if ($present === $version) {
        return;
    }
    if (!is_kept($layout, $version)) {
        throw new \RuntimeException("$version is not on the disk");
    }
    if (is_dir($layout->place)) {
        $aside = "$layout->versions/" . ($present ?? 'unknown');
        discard($layout, $aside);
        move($layout->place, $aside);
    }
    $kill('aside');
    move("$layout->versions/$version", $layout->place);
    clearstatcache(true);
}

/** Moves something out of the way at once and removes it at leisure: a removal that is cut short leaves nothing half where it was. */
function discard(Layout $layout, string $path): void
{
    if (!file_exists($path) && !is_link($path)) {
        return;
    }
    make_staging($layout);
    $away = $layout->staging . '/away-' . bin2hex(random_bytes(6));
    move($path, $away);
    remove_tree($away);
}

function move(string $from, string $to): void
{
    if (!@rename($from, $to)) {
        $why = error_get_last();
        throw new \RuntimeException("cannot move $from to $to" . ($why === null ? '' : ": {$why['message']}"));
    }
}

function make_staging(Layout $layout): void
{
    if (!is_dir($layout->staging) && !mkdir($layout->staging, 0700, true) && !is_dir($layout->staging)) {
        throw new \RuntimeException("cannot make $layout->staging");
    }
}

/** Empties the staging folder: whatever lies there belongs to no attempt that is still going on. */
function clear_staging(Layout $layout): void
{
    remove_tree($layout->staging);
    make_staging($layout);
}

/** Removes the versions that are not to be kept. @param array<string|null> $keep */
function prune_versions(Layout $layout, array $keep): void
{
    foreach (array_diff(@scandir($layout->versions) ?: [], ['.', '..']) as $version) {
        if (!in_array($version, $keep, true)) {
            discard($layout, "$layout->versions/$version");
        }
    }
}
