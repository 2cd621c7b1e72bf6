constexpr Site site{.name = "ttl.deletion_delay", .rules = "TTL-4 OPEN-999"};
