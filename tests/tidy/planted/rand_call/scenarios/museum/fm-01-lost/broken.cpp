int roll() { return rand() % 6; }
