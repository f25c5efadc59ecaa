<?php

namespace Reliability\Agent;

/** An artifact that could not be had. */
final class DownloadError extends \RuntimeException
{
    /** @var bool another try would end the same */
    public $isFinal;

    public function __construct(string $message, bool $isFinal)
    {
        parent::__construct($message);
        $this->isFinal = $isFinal;
    }
}

/**
 * Downloads an artifact to a file, trying again after a failure of the network or a 5xx. What the file holds in the end has exactly the
 * signed length and digest, and at no moment does it hold more than one byte beyond that length.
 *
 * WordPress' own download_url() refuses private hosts and odd ports and knows no limit, so it is not used.
 *
 * @throws DownloadError
 */
function download_artifact(Agent $agent, array $artifact, string $path): void
{
    for ($tries = 1;; $tries++) {
        try {
            download_once($agent, $artifact, $path);
            $agent->kill('stage.downloaded');
            return;
        } catch (DownloadError $error) {
            if (is_file($path)) {
                unlink($path);
            }
            if ($error->isFinal || $tries >= Limits::DOWNLOAD_TRIES) {
                throw $error;
            }
            sleep(Limits::DOWNLOAD_RETRY_S * $tries);
        }
    }
}

function download_once(Agent $agent, array $artifact, string $path): void
{
    $answer = wp_remote_get($agent->config['center_url'] . $artifact['url'], [
        'headers' => sign_request($agent->config, ''),
        'timeout' => Limits::DOWNLOAD_TOTAL_S,
        'redirection' => 0,
        'user-agent' => 'reliability-agent-php',
        'decompress' => false,
        'stream' => true,
        'filename' => $path,
        // One byte more, so that too much can be told from exactly enough; the transfer ends there, however endless it was meant to be.
        'limit_response_size' => $artifact['length'] + 1,
    ]);
    if (is_wp_error($answer)) {
        throw new DownloadError($answer->get_error_message(), false);
    }
    $status = (int) wp_remote_retrieve_response_code($answer);
    if ($status !== 200) {
        throw new DownloadError("status $status", $status < 500 && $status !== 429 && $status !== 408);
    }
    clearstatcache(true, $path);
    $length = is_file($path) ? filesize($path) : 0;
    if ($length > $artifact['length']) {
        throw new DownloadError('longer than signed', true);
    }
    if ($length < $artifact['length']) {
        throw new DownloadError('shorter than signed', false);
    }
    if (!hash_equals($artifact['sha256'], (string) hash_file('sha256', $path))) {
        throw new DownloadError('digest differs', true);
    }
}
