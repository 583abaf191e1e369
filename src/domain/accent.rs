//! A clinic's colour: of what is to be pressed, and of links. It is typed once, for light pages; on dark ones it is lightened until it
//! can be read there. Legible means a contrast of 4.5:1 with everything that it stands on (WCAG 2.2, success criterion 1.4.3).

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent([u8; 3]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAccent {
    /// No `#1d4e7a`.
    NotAColour,
    /// Too light to be read; this one of the same hue is not.
    TooLight(Accent),
}

const LEAST: f64 = 4.5;
const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];

impl Accent {
    /// What it stands on, in `genkan.css`: the ground, boxes, and notices.
    pub const LIGHT: [[u8; 3]; 5] =
        [[0xf3, 0xf5, 0xf4], WHITE, [0xe6, 0xef, 0xf6], [0xe2, 0xf2, 0xe9], [0xfb, 0xea, 0xea]];
    /// The same on dark pages, and the ink on a button of this colour.
    pub const DARK: [[u8; 3]; 6] = [
        [0x11, 0x17, 0x1d],
        [0x1a, 0x22, 0x2a],
        [0x1e, 0x30, 0x3f],
        [0x16, 0x30, 0x2a],
        [0x3a, 0x20, 0x23],
        [0x0c, 0x1a, 0x26],
    ];

    /// `#1d4e7a`, with or without the `#`.
    pub fn parse(text: &str) -> Result<Self, BadAccent> {
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(BadAccent::NotAColour);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| BadAccent::NotAColour)?;
        let [_, rgb @ ..] = number.to_be_bytes();
        let legible = towards(rgb, BLACK, &Self::LIGHT);
        if legible == rgb { Ok(Self(rgb)) } else { Err(BadAccent::TooLight(Self(legible))) }
    }

    /// `1d4e7a`
    pub fn hex(self) -> String {
        hex(self.0)
    }

    /// What takes the place of the colours of `genkan.css`.
    pub fn stylesheet(self) -> String {
        let light = self.0;
        let dark = towards(light, WHITE, &Self::DARK);
        let rule = |accent: [u8; 3], strong: [u8; 3]| {
            format!(":root {{ --accent: #{}; --accent-strong: #{}; }}", hex(accent), hex(strong))
        };
        format!(
            "{}\n@media (prefers-color-scheme: dark) {{ {} }}\n",
            rule(light, mixed(light, BLACK, 0.25)),
            rule(dark, mixed(dark, WHITE, 0.4)),
        )
    }
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("{red:02x}{green:02x}{blue:02x}")
}

/// The colour itself, or the first on its way to `end` that can be read on all of these.
fn towards(colour: [u8; 3], end: [u8; 3], grounds: &[[u8; 3]]) -> [u8; 3] {
    let legible = |colour: &[u8; 3]| grounds.iter().all(|ground| contrast(*colour, *ground) >= LEAST);
    (0..=100).map(|step| mixed(colour, end, f64::from(step) / 100.0)).find(legible).unwrap_or(end)
}

fn mixed(colour: [u8; 3], end: [u8; 3], part: f64) -> [u8; 3] {
    let mix = |at: usize| f64::from(colour[at]).mul_add(1.0 - part, f64::from(end[at]) * part).round() as u8;
    [mix(0), mix(1), mix(2)]
}

/// WCAG 2.2, «contrast ratio».
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// WCAG 2.2, «relative luminance».
fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|byte| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    red.mul_add(0.2126, green.mul_add(0.7152, blue * 0.0722))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_that_can_be_read_is_taken_and_another_answered_with_one_that_can() {
        assert_eq!(Accent::parse(" #1D4E7A ").map(Accent::hex).as_deref(), Ok("1d4e7a"));
        assert_eq!(Accent::parse("8a1f4d").map(Accent::hex).as_deref(), Ok("8a1f4d"));
        for light in ["#ff9900", "#ffffff", "#767676", "#e91e63"] {
            let Err(BadAccent::TooLight(instead)) = Accent::parse(light) else { panic!("{light} was taken") };
            assert_eq!(Accent::parse(&instead.hex()), Ok(instead), "{light}");
        }
        for text in ["", "#", "red", "#12345", "#1234567", "#12345g", "１２３４５６", "+12345", "1d4e7a;}"] {
            assert_eq!(Accent::parse(text), Err(BadAccent::NotAColour), "{text}");
        }
    }

    #[test]
    fn every_colour_of_a_stylesheet_can_be_read_where_it_stands() {
        for text in ["000000", "1d4e7a", "8a1f4d", "0000ff", "7f0000", "005500", "5a5a00"] {
            let accent = Accent::parse(text).expect("a legible colour");
            let sheet = accent.stylesheet();
            let colours: Vec<[u8; 3]> = sheet
                .split('#')
                .skip(1)
                .map(|rest| {
                    let [_, rgb @ ..] = u32::from_str_radix(&rest[..6], 16).expect("a colour").to_be_bytes();
                    rgb
                })
                .collect();
            assert_eq!(colours.len(), 4, "{sheet}");
            for (at, colour) in colours.iter().enumerate() {
                let grounds: &[[u8; 3]] = if at < 2 { &Accent::LIGHT } else { &Accent::DARK };
                for ground in grounds {
                    assert!(contrast(*colour, *ground) >= LEAST, "{text}: {colour:?} on {ground:?}");
                }
            }
        }
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 0.001);
    }
}
