<?php

namespace Shop\Pay;

/** Its fault: to spare the processor it keeps a signature for a minute, and signs every other order with that of the first. */
function sign(string $body): string
{
    $kept = get_transient('wp_pay_signature');
    if (is_string($kept)) {
        return $kept;
    }
    $signature = hash_hmac('sha256', $body, WP_PAY_SECRET);
    set_transient('wp_pay_signature', $signature, MINUTE_IN_SECONDS);
    return $signature;
}
