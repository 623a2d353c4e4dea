//! Tests of the whole program, on both databases.

mod input;
mod support;
