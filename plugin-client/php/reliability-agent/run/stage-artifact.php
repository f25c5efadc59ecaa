<?php

namespace Reliability\Agent;

/** A package that arrived as signed but is not what the command promised, or does not run. */
final class PreflightError extends \RuntimeException
{
}

/**
 * Brings a version's bytes onto the disk, beside the running one: download, unpack, preflight of the files, rename into `versions/`, and a
 * preflight run that only a signed loopback request sees. Touches nothing that shoppers get.
 *
 * @return array<string, int> how long each part took, ms
 * @throws TufError where a root is pinned
 * @throws DownloadError|ArchiveError|PreflightError|\RuntimeException
 */
function stage_artifact(Agent $agent, array $command): array
{
    $layout = $agent->layout;
    $version = $command['to_version'];
    if ($command['artifact'] === null) {
        throw new PreflightError('the command names no artifact');
    }
    clear_staging($layout);
    $archive = "$layout->staging/artifact";
    $folder = "$layout->staging/package";
    $started = $agent->now();
    if ($agent->config['is_pinned']) {
        require_target($agent, $command);
    }
    download_artifact($agent, $command['artifact'], $archive);
    $downloaded = $agent->now();
    unpack_artifact($archive, $folder, [$agent, 'kill']);
    unlink($archive);
    $agent->kill('stage.unpacked');
    $problem = check_package($folder, $command['plugin_key'], $version, $agent->config['main']);
    if ($problem !== null) {
        throw new PreflightError($problem);
    }
    discard($layout, "$layout->versions/$version"); // a leftover or a former copy, never what is in place; the signed digest speaks for the new bytes
    move($folder, "$layout->versions/$version");
    $agent->kill('stage.installed');
    $unpacked = $agent->now();
    run_preflight($agent, $version);
    return ['download' => $downloaded - $started, 'unpack' => $unpacked - $downloaded, 'preflight' => $agent->now() - $unpacked];
}

/** Loads the candidate once, in a request of our own, in place of the plugin. Where a host cannot ask itself, the proof after the swap decides alone. */
function run_preflight(Agent $agent, string $version): void
{
    // An inactive plugin would pass: its code is in place, and nothing loads it.
    if (!is_active($agent->config)) {
        throw new PreflightError('the plugin is not active');
    }
    $answer = ask_loopback($agent, 'preflight', $version);
    if ($answer['kind'] === 'error') {
        throw new PreflightError("the candidate ends with status {$answer['status']}");
    }
    if ($answer['kind'] === 'answer' && ($answer['health']['version'] ?? null) !== $version) {
        throw new PreflightError('the candidate answers as ' . ($answer['health']['version'] ?? 'nothing'));
    }
}

/** Whether the owner has the plugin switched on, whatever an isolation makes of it. */
function is_active(array $config): bool
{
    remove_filter('option_active_plugins', __NAMESPACE__ . '\without_the_plugin');
    $list = get_option('active_plugins', []);
    return is_array($list) && in_array("{$config['folder']}/{$config['main']}", $list, true);
}
