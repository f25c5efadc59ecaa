<?php

namespace Reliability\Agent;

/**
 * Takes the agent's lock without waiting. The kernel gives it back when its holder dies, so a lock that can be taken while the journal
 * says that something is under way means: whoever was at it is dead.
 *
 * @return resource|null null when somebody living holds it
 */
function take_lock(Layout $layout)
{
    $file = @fopen($layout->lock, 'c');
    if ($file === false) {
        return null;
    }
    if (!flock($file, LOCK_EX | LOCK_NB)) {
        fclose($file);
        return null;
    }
    return $file;
}

/** @param resource $lock */
function release_lock($lock): void
{
    flock($lock, LOCK_UN);
    fclose($lock);
}
