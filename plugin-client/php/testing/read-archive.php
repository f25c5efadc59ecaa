<?php
/** Reads the archive on stdin as the agent would and prints its entries, or why it is not acceptable. */

namespace Reliability\Agent;

require __DIR__ . '/../reliability-agent/load.php';

$bytes = stream_get_contents(STDIN);
try {
    $read = strncmp($bytes, "PK\x03\x04", 4) === 0 ? read_zip($bytes) : read_tar_gzip($bytes);
    echo to_json(['entries' => (object) $read->entries]);
} catch (ArchiveError $error) {
    echo to_json(['problem' => $error->getMessage()]);
}
