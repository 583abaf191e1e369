//! What applications meet.

mod code_flow;
