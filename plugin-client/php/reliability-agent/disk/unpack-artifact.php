<?php

namespace Reliability\Agent;

/**
 * Unpacks a zip or tar.gz into a folder that must not exist yet. Nothing is written before the whole archive was found acceptable.
 *
 * @throws ArchiveError
 */
function unpack_artifact(string $archive, string $folder, callable $kill): void
{
    $bytes = (string) file_get_contents($archive);
    $read = strncmp($bytes, "PK\x03\x04", 4) === 0 ? read_zip($bytes) : read_tar_gzip($bytes);
    make_folder($folder);
    foreach ($read->entries as $path => $content) {
        $path = "$folder/$path";
        make_folder($content === null ? $path : dirname($path));
        if ($content !== null) {
            write_new_file($path, $content, 0644);
        }
        $kill('stage.mid_unpack');
    }
}

/** The web server must be able to read what it runs, so folders are open to it whatever the agent's own are. */
function make_folder(string $folder): void
{
    if (!is_dir($folder) && !@mkdir($folder, 0755, true) && !is_dir($folder)) {
        throw new \RuntimeException("cannot make $folder");
    }
}
