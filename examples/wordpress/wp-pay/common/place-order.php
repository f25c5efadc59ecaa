<?php

namespace Shop\Pay;

function place_order(int $order, int $cents): bool
{
    $body = wp_json_encode(['order' => $order, 'amount' => number_format($cents / 100, 2, '.', '')]);
    return post_webhook($body, sign($body));
}
