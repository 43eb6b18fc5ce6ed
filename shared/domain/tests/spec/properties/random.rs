//! Numbers that look random and are the same each time.

/// Begins with any number but 0.
pub struct Xorshift(pub u64);

impl Xorshift {
    pub const fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
