<?php

namespace Reliability\Agent;

/**
 * Reads a zip into entries. Nothing is written anywhere: links, devices, encryption, methods other than stored and deflate, archives in
 * parts and whatever is not understood make the whole archive unacceptable. Sizes that an entry claims are never believed.
 * Source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16.
 *
 * @throws ArchiveError
 */
function read_zip(string $bytes): ArchiveEntries
{
    $found = new ArchiveEntries();
    $end = read_zip_end($bytes);
    $offset = $end['directory'];
    for ($i = 0; $i < $end['count']; $i++) {
        $head = unpack('Vsignature/vmadeBy/vneeds/vflags/vmethod/Vtime/Vcrc/Vpacked/Vsize/vname/vextra/vcomment/vdisk/vinternal/Vexternal/Voffset', zip_part($bytes, $offset, 46));
        if ($head['signature'] !== 0x02014b50) {
            throw new ArchiveError('the directory of the archive is broken');
        }
        $path = zip_part($bytes, $offset + 46, $head['name']);
        $offset += 46 + $head['name'] + $head['extra'] + $head['comment'];
        $isFolder = substr($path, -1) === '/';
        refuse_unusual_entry($head, $isFolder);
        $found->add($path, $isFolder ? null : read_zip_file($bytes, $head, $path, $found->bytesLeft()));
    }
    if ($offset !== $end['at']) {
        throw new ArchiveError('the directory of the archive is broken');
    }
    return $found;
}

/** @return array{count: int, directory: int, at: int} */
function read_zip_end(string $bytes): array
{
    $at = strlen($bytes) - 22; // without a comment; nothing may follow the end
    $end = unpack('Vsignature/vdisk/vfirst/vhere/vcount/Vsize/Vdirectory/vcomment', zip_part($bytes, $at, 22));
    $isWhole = $end['signature'] === 0x06054b50 && $end['disk'] === 0 && $end['first'] === 0 && $end['here'] === $end['count'];
    if (!$isWhole || $end['comment'] !== 0 || $end['count'] > Limits::ARCHIVE_ENTRIES || $end['directory'] + $end['size'] !== $at) {
        throw new ArchiveError('the archive has no plain end');
    }
    return ['count' => $end['count'], 'directory' => $end['directory'], 'at' => $at];
}

function refuse_unusual_entry(array $head, bool $isFolder): void
{
    if (($head['flags'] & 0x2041) !== 0) {
        throw new ArchiveError('an entry is encrypted');
    }
    if (!in_array($head['method'], [0, 8], true)) {
        throw new ArchiveError("an entry is packed by method {$head['method']}");
    }
    $kind = ($head['external'] >> 16) & 0xf000; // the upper half holds st_mode where the archive was made on Unix
    if ($kind !== 0 && $kind !== ($isFolder ? 0x4000 : 0x8000)) {
        throw new ArchiveError('entry type ' . dechex($kind));
    }
    if ($isFolder && $head['size'] !== 0) {
        throw new ArchiveError('a folder with bytes');
    }
}

function read_zip_file(string $bytes, array $head, string $path, int $bytesLeft): string
{
    $local = unpack('Vsignature/vneeds/vflags/vmethod/Vtime/Vcrc/Vpacked/Vsize/vname/vextra', zip_part($bytes, $head['offset'], 30));
    if ($local['signature'] !== 0x04034b50 || zip_part($bytes, $head['offset'] + 30, $local['name']) !== $path || $local['method'] !== $head['method']) {
        throw new ArchiveError('an entry is not what the directory says');
    }
    $packed = zip_part($bytes, $head['offset'] + 30 + $local['name'] + $local['extra'], $head['packed']);
    // One byte more than there is room for: enough to see that it is too much, whatever the entry claims.
    $content = $head['method'] === 0 ? $packed : ($packed === '' ? '' : @gzinflate($packed, min($bytesLeft, $head['size']) + 1));
    if ($content === false || strlen($content) !== $head['size'] || crc32($content) !== $head['crc']) {
        throw new ArchiveError('an entry cannot be decompressed as announced');
    }
    return $content;
}

function zip_part(string $bytes, int $offset, int $length): string
{
    if ($offset < 0 || $offset + $length > strlen($bytes)) {
        throw new ArchiveError('the archive is cut off');
    }
    return substr($bytes, $offset, $length);
}
