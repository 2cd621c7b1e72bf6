TEST_CASE("records keep their order", "[O-ORDER][O-ORDR]") {}
