//! What people see and press, in a real browser: one file per part of their day.

pub mod applications;
mod autofill;
mod broken_phone;
mod brought_in;
mod checking;
mod clinics;
mod codes;
mod consenting;
mod demo;
mod finding_out;
mod grouping;
pub mod handing_off;
mod keyboard;
mod lost_everything;
mod password_only;
mod pictures;
pub mod place;
mod registering;
mod screens;
mod sharing;
mod signing_in;
mod single_page;
mod story;
mod suspending;
mod tabs;
mod workplace;
