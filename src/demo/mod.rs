//! `genkan demo`: the provider with two clinics, their people, and two sample applications that sign in at it.

pub mod apps;
