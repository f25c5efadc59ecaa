<?php

namespace Reliability\Agent;

/**
 * Delivers the journalled acks and fails. Entries of one command keep their order; one command that Center does not take holds up no
 * other, and what is left goes out with the next tick.
 */
function flush_outbox(Agent $agent): void
{
    $held = [];
    foreach ($agent->journal->data['outbox'] as $entry) {
        if (isset($held[$entry['command_id']]) || !in_array($entry, $agent->journal->data['outbox'], true)) {
            continue; // the second case: withdrawn meanwhile by a pre-empting rollback
        }
        $isOld = $agent->now() - $entry['at'] > Limits::OUTBOX_AGE_S * 1000;
        if ($isOld || deliver($agent, $entry)) {
            $agent->journal->update('delivered', static function (array &$draft) use ($entry): void {
                $draft['outbox'] = array_values(array_filter($draft['outbox'], static function (array $one) use ($entry): bool {
                    return $one !== $entry;
                }));
            });
        } else {
            $held[$entry['command_id']] = true;
        }
    }
}

function deliver(Agent $agent, array $entry): bool
{
    try {
        $status = post_to_center($agent->config, "/api/plugins/commands/{$entry['command_id']}/{$entry['kind']}", $entry['body'])['status'];
    } catch (\RuntimeException $error) {
        $agent->log('warn', "an answer did not reach Center: {$error->getMessage()}", ['command_id' => $entry['command_id']]);
        return false;
    }
    $agent->kill('answer.sent');
    return ($status >= 200 && $status < 300) || in_array($status, [404, 409, 410], true);
}
