<?php

namespace Shop\Pay;

/** Who runs and how it fares, for the reliability agent. */
function health(): array
{
    $failed = (int) get_option(FAILED, 0);
    return [
        'version' => version(),
        'telemetry' => ['queue_depth' => 0],
        'counters' => ['webhooks_sent' => (int) get_option(SENT, 0), 'webhooks_failed' => $failed, 'errors_total' => $failed],
    ];
}
