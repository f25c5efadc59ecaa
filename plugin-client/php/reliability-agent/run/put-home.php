<?php

namespace Reliability\Agent;

/** What is on disk now. */
function read_home(Layout $layout): array
{
    return ['version' => (string) disk_version($layout), 'config' => read_text($layout->config)];
}

/**
 * Takes the disk from wherever it is to a whole home. Every step may be repeated, so after a crash between any two of them the same
 * call, or one back to the last good home, ends whole. From here on this request's own code may no longer be what is in place.
 *
 * @param string $scope apply or restore: prefix of the kill points
 * @throws \RuntimeException when the disk refuses
 */
function put_home(Agent $agent, array $home, string $scope): void
{
    $layout = $agent->layout;
    if (read_text($layout->config) !== $home['config']) {
        if ($home['config'] === null) {
            unlink($layout->config);
        } else {
            write_durably($layout->config, $home['config']);
        }
    }
    $agent->kill("$scope.config");
    $former = list_files($layout->place);
    put_in_place($layout, $home['version'], static function () use ($agent, $scope): void {
        $agent->kill("$scope.link_made");
    });
    forget_opcodes($layout, $former);
    $agent->kill("$scope.swapped");
    begin_boot($layout);
}
