<?php

namespace Shop\Pay;

/** Its fault: what is signed is not what is sent once an amount is large enough for a thousands separator. */
function place_order(int $order, int $cents): bool
{
    $signature = sign(wp_json_encode(['order' => $order, 'amount' => number_format($cents / 100, 2, '.', '')]));
    return post_webhook(wp_json_encode(['order' => $order, 'amount' => number_format($cents / 100, 2)]), $signature);
}
