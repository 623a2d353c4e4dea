//! Tests of the whole program, on both databases.

mod admin;
mod client_page;
mod client_table;
mod connections;
mod export;
mod faults;
mod finance;
mod general;
mod health;
mod input;
mod kannel;
mod ledger;
mod mail;
mod messages;
mod migrations;
mod names;
mod names_api;
mod security;
mod session;
mod set_up;
mod sign_in;
mod statistics;
mod support;
mod tokens;
mod walk;
