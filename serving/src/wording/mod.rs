//! Words for applicants, in English and Spanish.

pub(crate) mod accept_language;
pub(crate) mod cases;
mod length;
pub(crate) mod line;
pub(crate) mod phrasing;
pub(crate) mod translations;
