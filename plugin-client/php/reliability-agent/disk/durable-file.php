<?php

namespace Reliability\Agent;

/**
 * Replaces a file so that any crash leaves the whole old or the whole new text: write beside it, flush to the disk, rename.
 * PHP cannot flush a folder, so after a power cut the old text may be what is found; never a mixture.
 *
 * @param callable|null $beforeRename called between the flush and the rename (a kill point)
 * @throws \RuntimeException when the disk refuses
 */
function write_durably(string $path, string $text, ?callable $beforeRename = null): void
{
    write_new_file("$path.new", $text, 0600);
    if ($beforeRename !== null) {
        $beforeRename();
    }
    if (!rename("$path.new", $path)) {
        throw new \RuntimeException("cannot replace $path");
    }
}

/** Writes a whole file and flushes it. @throws \RuntimeException when not every byte could be written */
function write_new_file(string $path, string $text, int $mode): void
{
    $file = @fopen($path, 'wb');
    if ($file === false) {
        throw new \RuntimeException("cannot write $path");
    }
    @chmod($path, $mode);
    $isWritten = @fwrite($file, $text) === strlen($text) && fflush($file);
    if ($isWritten && function_exists('fsync')) { // PHP 8.1 or newer
        $isWritten = fsync($file);
    }
    if (!fclose($file) || !$isWritten) {
        throw new \RuntimeException("cannot write $path");
    }
}

/** The text of a file, or null when there is none. */
function read_text(string $path): ?string
{
    $text = is_file($path) ? @file_get_contents($path) : false;
    return $text === false ? null : $text;
}

/** The JSON object of a file, or null when it is missing or no such thing. */
function read_json(string $path): ?array
{
    $text = read_text($path);
    return $text === null ? null : parse_object($text);
}

/** JSON as Center reads it. @param mixed $value */
function to_json($value): string
{
    $text = json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    if ($text === false) {
        throw new \RuntimeException('cannot be written as JSON: ' . json_last_error_msg());
    }
    return $text;
}

/** Removes a file, link or whole folder, if it is there; never follows a link. */
function remove_tree(string $path): void
{
    if (is_link($path) || is_file($path)) {
        unlink($path);
        return;
    }
    if (!is_dir($path)) {
        return;
    }
    foreach (array_diff(scandir($path) ?: [], ['.', '..']) as $name) {
        remove_tree("$path/$name");
    }
    rmdir($path);
}

/** @return string[] the regular files below a folder, as paths relative to it */
function list_files(string $folder, string $prefix = ''): array
{
    $found = [];
    foreach (array_diff(@scandir($folder) ?: [], ['.', '..']) as $name) {
        $path = "$folder/$name";
        if (is_link($path)) {
            continue;
        }
        if (is_dir($path)) {
            $found = array_merge($found, list_files($path, "$prefix$name/"));
        } else {
            $found[] = "$prefix$name";
        }
    }
    return $found;
}
