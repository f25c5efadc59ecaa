<?php

namespace Reliability\Agent;

const TAR_BLOCK = 512;
/** Extended-header records that only describe an entry. Any other one (linkpath, GNU.sparse.*) is refused. */
const HARMLESS_RECORD = '/\A(?:mtime|atime|ctime|uid|gid|uname|gname|comment|SCHILY\..+|LIBARCHIVE\..+)\z/';

/**
 * Reads a tar.gz (ustar, with pax headers and the long names of GNU tar) into entries. Only regular files and folders exist here; data
 * after the end and whatever is not understood make the whole archive unacceptable.
 *
 * @throws ArchiveError
 */
function read_tar_gzip(string $bytes): ArchiveEntries
{
    $room = Limits::UNPACKED_BYTES + Limits::ARCHIVE_ENTRIES * 3 * TAR_BLOCK + 20 * TAR_BLOCK;
    $tar = @gzdecode($bytes, $room);
    if ($tar === false) {
        throw new ArchiveError('the archive cannot be decompressed');
    }
    $found = new ArchiveEntries();
    $offset = 0;
    $said = [];
    while (!is_blank(substr($tar, $offset, TAR_BLOCK))) {
        $header = read_tar_header($tar, $offset);
        $content = substr($tar, $offset + TAR_BLOCK, $header['size']);
        if (strlen($content) !== $header['size']) {
            throw new ArchiveError('the archive is cut off');
        }
        $offset += TAR_BLOCK + (int) ceil($header['size'] / TAR_BLOCK) * TAR_BLOCK;
        if (in_array($header['type'], ['x', 'g', 'L'], true)) {
            $said = array_merge($said, read_extension($header['type'], $content));
            continue;
        }
        if (isset($said['size']) && $said['size'] !== (string) $header['size']) {
            throw new ArchiveError('two headers differ in size');
        }
        add_tar_entry($found, $header, $said['path'] ?? $header['path'], $content);
        $said = [];
    }
    if (strlen($tar) < $offset + TAR_BLOCK) {
        throw new ArchiveError('the archive has no end');
    }
    if (!is_blank(substr($tar, $offset))) {
        throw new ArchiveError('there is data after the end of the archive');
    }
    return $found;
}

function add_tar_entry(ArchiveEntries $found, array $header, string $path, string $content): void
{
    if ($header['type'] === '5' || ($header['type'] === '0' && substr($path, -1) === '/')) {
        if ($content !== '') {
            throw new ArchiveError('a folder with bytes');
        }
        $found->add($path, null);
        return;
    }
    if ($header['type'] !== '0') {
        throw new ArchiveError("entry type {$header['type']}");
    }
    $found->add($path, $content);
}

function read_tar_header(string $tar, int $offset): array
{
    $block = substr($tar, $offset, TAR_BLOCK);
    if (strlen($block) < TAR_BLOCK) {
        throw new ArchiveError('the archive is cut off');
    }
    // The checksum counts its own field as spaces.
    $sum = array_sum(unpack('C*', substr_replace($block, str_repeat(' ', 8), 148, 8)));
    if (read_octal($block, 148, 8) !== $sum) {
        throw new ArchiveError("a header's checksum is wrong");
    }
    $name = read_field(substr($block, 0, 100));
    // GNU tar's own format keeps other things where ustar keeps the prefix.
    $prefix = substr($block, 257, 6) === "ustar\0" ? read_field(substr($block, 345, 155)) : '';
    return [
        'path' => $prefix === '' ? $name : "$prefix/$name",
        'size' => read_octal($block, 124, 12),
        'type' => $block[156] === "\0" ? '0' : $block[156],
    ];
}

/** What a pax header (x, g) or a GNU long name (L) says about the next entry. */
function read_extension(string $type, string $content): array
{
    if (strlen($content) > Limits::ARCHIVE_PAX_BYTES) {
        throw new ArchiveError('an extended header is too long');
    }
    if ($type === 'L') {
        return ['path' => read_field($content)];
    }
    $said = [];
    while ($content !== '') {
        if (!preg_match('/\A(\d{1,5}) ([^=]+)=/', $content, $found) || (int) $found[1] > strlen($content) || (int) $found[1] <= strlen($found[0])) {
            throw new ArchiveError('an extended header is broken');
        }
        $record = substr($content, 0, (int) $found[1]);
        if (substr($record, -1) !== "\n") {
            throw new ArchiveError('an extended header is broken');
        }
        if ($type === 'x' && ($found[2] === 'path' || $found[2] === 'size')) {
            $said[$found[2]] = substr($record, strlen($found[0]), -1);
        } elseif (!preg_match(HARMLESS_RECORD, $found[2])) {
            throw new ArchiveError("an extended header says {$found[2]}");
        }
        $content = substr($content, (int) $found[1]);
    }
    return $said;
}

function read_octal(string $block, int $offset, int $length): int
{
    $text = trim(substr($block, $offset, $length), " \0");
    if (!preg_match('/\A[0-7]{1,11}\z/', $text)) {
        throw new ArchiveError('a number in a header is unreadable');
    }
    return (int) octdec($text);
}

function read_field(string $bytes): string
{
    $end = strpos($bytes, "\0");
    return $end === false ? $bytes : substr($bytes, 0, $end);
}

function is_blank(string $bytes): bool
{
    return trim($bytes, "\0") === '';
}
