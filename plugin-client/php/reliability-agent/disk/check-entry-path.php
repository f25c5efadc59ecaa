<?php

namespace Reliability\Agent;

/** An archive that is not acceptable; the message is told to Center. */
final class ArchiveError extends \RuntimeException
{
}

/** Characters that mean something to a shell, a terminal or another operating system's paths. */
const UNSAFE_PATH = '/[\x{0000}-\x{001f}\x{007f}-\x{009f}\\\\:*?"<>|\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]/u';

/**
 * Checks one archive path and gives it back without its `./` prefix and trailing slash; the root folder becomes "".
 *
 * @throws ArchiveError
 */
function check_entry_path(string $path, bool $isFolder): string
{
    if (preg_match(UNSAFE_PATH, $path) !== 0) { // false, for what is no UTF-8, is refused too
        throw new ArchiveError('unsafe character in path');
    }
    if (strncmp($path, '/', 1) === 0) {
        throw new ArchiveError('absolute path');
    }
    $clean = preg_replace('#\A(?:\./)+#', '', $path);
    if ($isFolder) {
        $clean = preg_replace('#/\z#', '', $clean);
        if ($clean === '' || $clean === '.') {
            return '';
        }
    }
    if (strlen($clean) > Limits::ARCHIVE_PATH_BYTES) {
        throw new ArchiveError('path too long');
    }
    $segments = explode('/', $clean);
    if (count($segments) > Limits::ARCHIVE_DEPTH) {
        throw new ArchiveError('path too deep');
    }
    foreach ($segments as $segment) {
        if ($segment === '..') {
            throw new ArchiveError('path leaves the archive');
        }
        if ($segment === '' || $segment === '.') {
            throw new ArchiveError('path with an empty segment');
        }
        if (preg_match('/[. ]\z/', $segment)) {
            throw new ArchiveError('path segment ends in a dot or space');
        }
    }
    return $clean;
}

/** The entries of one archive: only plain files and folders, none twice, none below a file. */
final class ArchiveEntries
{
    /** @var array<string, string|null> bytes of a file, null for a folder, by path */
    public $entries = [];
    /** @var array<string, bool> lower-case path to whether it is a folder: some file systems know no other difference */
    private $known = [];
    /** @var int */
    private $bytes = 0;

    /** Room left, so that a reader can stop before it has read too much. */
    public function bytesLeft(): int
    {
        return Limits::UNPACKED_BYTES - $this->bytes;
    }

    public function add(string $path, ?string $bytes): void
    {
        $clean = check_entry_path($path, $bytes === null);
        if ($clean === '') {
            return;
        }
        $key = strtolower($clean);
        if (isset($this->known[$key]) && !($bytes === null && $this->known[$key])) {
            throw new ArchiveError('two entries of one name');
        }
        for ($parent = dirname($key); $parent !== '.'; $parent = dirname($parent)) {
            if (($this->known[$parent] ?? true) === false) {
                throw new ArchiveError('an entry below a file');
            }
            $this->known[$parent] = true;
        }
        $this->bytes += strlen((string) $bytes);
        if ($this->bytes > Limits::UNPACKED_BYTES) {
            throw new ArchiveError('the archive holds too many bytes');
        }
        $this->known[$key] = $bytes === null;
        $this->entries[$clean] = $bytes;
        if (count($this->entries) > Limits::ARCHIVE_ENTRIES) {
            throw new ArchiveError('the archive holds too many entries');
        }
    }
}
