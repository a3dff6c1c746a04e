//! Numbers that look random and are the same on every machine and in every run.

/// A number that stands for the given ones (SplitMix64; Steele, Lea and Flood 2014).
pub(crate) fn mixed(numbers: [u64; 3]) -> u64 {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for number in numbers {
        state = state.wrapping_add(number).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        state = mixed ^ mixed >> 31;
    }
    state
}

/// A number from 0 to 1 that stands for the given ones.
pub(crate) fn uniform(numbers: [u64; 3]) -> f64 {
    (mixed(numbers) >> 11) as f64 / (1_u64 << 53) as f64
}
