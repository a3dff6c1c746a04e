//! The names of months in English and Spanish.

/// Full and short names of each month. No name stands for two months.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "enero", "ene"],
    &["february", "feb", "febrero"],
    &["march", "mar", "marzo"],
    &["april", "apr", "abril", "abr"],
    &["may", "mayo"],
    &["june", "jun", "junio"],
    &["july", "jul", "julio"],
    &["august", "aug", "agosto", "ago"],
    &["september", "sept", "sep", "septiembre", "setiembre", "set"],
    &["october", "oct", "octubre"],
    &["november", "nov", "noviembre"],
    &["december", "dec", "diciembre", "dic"],
];

/// The number of a month, from 1, in capitals or not. A name in another language is not guessed: `maaliskuu` and
/// `marraskuu` begin alike and are eight months apart.
pub(super) fn month_from_name(name: &str) -> Option<i16> {
    let is_named = |names: &&[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    MONTHS.iter().position(is_named).map(|position| position as i16 + 1)
}
