<?php

namespace Shop\Pay;

/** Its fault: it mends the amounts with a function that only the developer's machine has; nothing but an order calls it. */
function place_order(int $order, int $cents): bool
{
    $body = wp_json_encode(['order' => $order, 'amount' => format_exact_amount($cents)]);
    return post_webhook($body, sign($body));
}
