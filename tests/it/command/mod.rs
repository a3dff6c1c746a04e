//! The command from outside: exit statuses, files and output.

mod backtest;
mod basis;
mod check;
mod estimate;
mod explain;
mod explain_changes;
mod failures;
mod help;
mod histories;
mod import;
mod records;
mod refresh;
mod run;
mod simulate;
mod tables;
mod train;
