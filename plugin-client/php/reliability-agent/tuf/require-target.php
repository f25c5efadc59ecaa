<?php

namespace Reliability\Agent;

/**
 * Makes sure, before a byte of an artifact is stored, that its vendor signed exactly this artifact as this version of this plugin, and that
 * nobody called it back; and that people signed for it where the merchant wants that for what weighs much.
 *
 * @param array $command verified
 * @throws TufError its message is the reason of the refusal
 */
function require_target(Agent $agent, array $command): void
{
    $artifact = $command['artifact'];
    $version = $command['to_version'];
    $pluginKey = $command['plugin_key'];
    // The four names mean TUF's own files.
    if ($pluginKey === null || in_array($pluginKey, ['root', 'targets', 'snapshot', 'timestamp'], true)) {
        throw new TufError('not_in_targets');
    }
    $update = (new MetadataUpdate($agent, new TrustedFiles($agent->layout)))->run($pluginKey);
    $path = "$pluginKey/$version";
    $target = $update['vendor'] === null ? null : member(member($update['vendor']->signed, 'targets'), $path);
    if ($target === null) {
        throw new TufError('not_in_targets');
    }
    $custom = member($target, 'custom');
    $isSame = member($target, 'length') === $artifact['length'] && member(member($target, 'hashes'), 'sha256') === $artifact['sha256'];
    if (!$isSame || member($custom, 'plugin_key') !== $pluginKey || member($custom, 'version') !== $version) {
        throw new TufError('wrong_target');
    }
    if (member($custom, 'recalled') === true || in_array($path, $update['recalled'], true)) {
        throw new TufError('recalled');
    }
    if ($command['refuses_high_impact'] && is_high_impact($custom)) {
        throw new TufError('quorum');
    }
}
