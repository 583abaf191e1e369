//! What tests share.

pub mod forgery;
pub mod soft_key;
