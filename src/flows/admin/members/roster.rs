//! A list of people as it was pasted: cells copied from a spreadsheet (tabs) or the text of a CSV file (commas), one person a
//! line. What is in the cells is judged elsewhere; here they only find their columns.

use super::Guest;
use crate::domain::{Role, folded};

/// What a role is called on the pages, in every language, beside its own name.
pub type RoleWords = [(String, Role)];

#[derive(Clone, Debug)]
pub struct Line {
    /// As an editor counts, from 1.
    pub number: usize,
    /// Of a line that cannot be read, the name is all that is there.
    pub guest: Guest,
    pub readable: bool,
}

/// Never empty.
#[derive(Clone, Debug)]
pub struct Roster(pub Vec<Line>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    Empty,
    /// More than [`Roster::MOST`].
    TooMany,
}

/// In the order of a line without a header.
const COLUMNS: usize = 5;
const NEEDED: usize = 3;
/// What a header may call them, [`folded`].
const HEADERS: [&[&str]; COLUMNS] = [
    &["氏名", "名前", "オ名前", "name", "fullname"],
    &["フリガナ", "カナ", "氏名カナ", "氏名フリガナ", "kana", "furigana", "nameinkana"],
    &["メールアドレス", "メール", "eメール", "mail", "email", "e-mail", "emailaddress", "e-mailaddress"],
    &["役割", "権限", "role"],
    &["最終日", "終了日", "在籍ノ終了日", "until", "lastday", "enddate"],
];

/// Where each column is on a line.
type Places = [Option<usize>; COLUMNS];

impl Roster {
    pub const MOST: usize = 200;

    /// `way`: of all.
    pub fn read(text: &str, way: &str, roles: &RoleWords) -> Result<Self, Unfit> {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
        // No cell has a use for a tab: where there is one, tabs separate.
        let delimiter = if text.contains('\t') { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut places: Option<Places> = None;
        let mut lines = Vec::new();
        let mut numbers = Numbers { rest: &text, byte: 0, line: 1 };
        // Text in memory, of lines of any length: no record of it is an error.
        for record in reader.records().map_while(Result::ok) {
            let cells: Vec<&str> = record.iter().map(str::trim).collect();
            if cells.iter().all(|cell| cell.is_empty()) {
                continue;
            }
            if places.is_none() && is_header(&cells) {
                places = Some(found(&cells));
                continue;
            }
            let places = places.get_or_insert_with(|| std::array::from_fn(Some));
            if lines.len() == Self::MOST {
                return Err(Unfit::TooMany);
            }
            let number = numbers.of(record.position().map_or(0, csv::Position::byte));
            lines.push(line(number, &cells, places, way, roles));
        }
        if lines.is_empty() { Err(Unfit::Empty) } else { Ok(Self(lines)) }
    }
}

/// Counts the lines of a text once, as its records go by.
struct Numbers<'a> {
    /// Not counted yet.
    rest: &'a str,
    /// Where that begins.
    byte: usize,
    line: usize,
}

impl Numbers<'_> {
    /// Of the record at this byte, or at a later one than was asked about before. It begins behind the empty lines there.
    fn of(&mut self, byte: u64) -> usize {
        let skipped = usize::try_from(byte).unwrap_or(usize::MAX).saturating_sub(self.byte).min(self.rest.len());
        let empty = self.rest[skipped..].bytes().take_while(|byte| *byte == b'\n').count();
        let (gone, rest) = self.rest.split_at(skipped + empty);
        self.line += gone.matches('\n').count();
        self.byte += gone.len();
        self.rest = rest;
        self.line
    }
}

fn column(cell: &str) -> Option<usize> {
    let cell = folded(cell);
    HEADERS.iter().position(|names| names.contains(&cell.as_str()))
}

/// It names two of the columns; what else it names is not for us.
fn is_header(cells: &[&str]) -> bool {
    cells.iter().filter(|cell| column(cell).is_some()).count() >= 2
}

/// The first of each name.
fn found(cells: &[&str]) -> Places {
    std::array::from_fn(|wanted| cells.iter().position(|cell| column(cell) == Some(wanted)))
}

fn line(number: usize, cells: &[&str], places: &Places, way: &str, roles: &RoleWords) -> Line {
    let cell = |column: usize| places[column].and_then(|place| cells.get(place)).copied();
    let in_order = places.iter().enumerate().all(|(column, place)| *place == Some(column));
    let whole = (0..NEEDED).all(|column| cell(column).is_some());
    let more = in_order && cells.iter().skip(COLUMNS).any(|cell| !cell.is_empty());
    // What a wrong encoding leaves of Japanese.
    let damaged = cells.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER));
    if !whole || more || damaged {
        let name = cells.join(" ").chars().take(100).collect();
        return Line { number, guest: Guest { name, ..Guest::default() }, readable: false };
    }
    let text = |column| cell(column).unwrap_or_default().to_owned();
    let guest = Guest {
        name: text(0),
        kana: text(1),
        email: text(2),
        role: role(&text(3), roles),
        until: day(&text(4)),
        way: way.to_owned(),
    };
    Line { number, guest, readable: true }
}

/// By name; what is no role stays as it is.
fn role(typed: &str, words: &RoleWords) -> String {
    if typed.is_empty() {
        return Role::Member.as_str().to_owned();
    }
    let wanted = folded(typed);
    let known = words.iter().find(|(word, role)| folded(word) == wanted || role.as_str() == wanted);
    known.map_or_else(|| typed.to_owned(), |(_, role)| role.as_str().to_owned())
}

/// `2027/3/31` and `2027年3月31日` as spreadsheets show them, written `2027-03-31`; what is no day stays as it is.
fn day(typed: &str) -> String {
    let plain = folded(typed);
    let parts: Vec<&str> = plain.trim_end_matches('日').split(['/', '-', '.', '年', '月']).collect();
    match parts[..] {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Vec<(String, Role)> {
        vec![("職員".to_owned(), Role::Member), ("Help desk".to_owned(), Role::Helpdesk)]
    }

    /// Each line in short: its number, and what it says or that it cannot be read.
    fn read(text: &str) -> Vec<(usize, String)> {
        let Roster(lines) = Roster::read(text, "sheet", &words()).expect("a list");
        let short = |Line { number, guest, readable }: Line| {
            let Guest { name, kana, email, role, until, .. } = guest;
            let said = if readable { [name, kana, email, role, until].join("|") } else { format!("? {name}") };
            (number, said)
        };
        lines.into_iter().map(short).collect()
    }

    #[test]
    fn cells_and_commas_are_read_alike_with_or_without_a_header() {
        let hanako = vec![(1, "山田 花子|ヤマダ ハナコ|hanako@a.example|member|".to_owned())];
        for text in [
            "山田 花子\tヤマダ ハナコ\thanako@a.example",
            "\u{feff}山田 花子,ヤマダ ハナコ,hanako@a.example,,\r\n",
            " 山田 花子 \t　ヤマダ ハナコ　\thanako@a.example\t職員\t\t\t\n\n",
            "\"山田 花子\",\"ヤマダ ハナコ\",\"hanako@a.example\",MEMBER",
        ] {
            assert_eq!(read(text), hanako, "{text:?}");
        }
        for text in [
            "氏名,フリガナ,メールアドレス\n山田 花子,ヤマダ ハナコ,hanako@a.example",
            "E-mail\tName\tKana\r\nhanako@a.example\t山田 花子\tヤマダ ハナコ",
            "社員番号\tﾒｰﾙｱﾄﾞﾚｽ\tお名前\tふりがな\n007\thanako@a.example\t山田 花子\tヤマダ ハナコ",
        ] {
            assert_eq!(read(text), vec![(2, hanako[0].1.clone())], "{text:?}");
        }
    }

    #[test]
    fn roles_and_days_are_read_as_spreadsheets_and_pages_write_them() {
        let of = |role: &str, day: &str| read(&format!("a\tb\tc@d\t{role}\t{day}")).remove(0).1;
        for (role, day, read) in [
            ("help desk", "2027/3/31", "helpdesk|2027-03-31"),
            ("clinic_admin", "2027年3月31日", "clinic_admin|2027-03-31"),
            ("ＨＥＬＰＤＥＳＫ", "２０２７-０３-３１", "helpdesk|2027-03-31"),
            ("院長", "3/31", "院長|3/31"),
            ("", "31.3.2027", "member|31.3.2027"),
        ] {
            assert_eq!(of(role, day), format!("a|b|c@d|{read}"), "{role} {day}");
        }
    }

    #[test]
    fn lines_are_counted_as_they_were_pasted_and_what_is_not_one_is_said() {
        let text = "\n山田,ヤマダ,a@b\n\n,,,\n西村,ニシムラ\n\"二\n行\",ニ,c@d\n森,モリ,e@f,,,余り\n林\u{fffd},ハヤシ,g@h\n=1+1,@a,i@j";
        let lines = [
            (2, "山田|ヤマダ|a@b|member|"),
            (5, "? 西村 ニシムラ"),
            (6, "二\n行|ニ|c@d|member|"),
            (8, "? 森 モリ e@f   余り"),
            (9, "? 林\u{fffd} ハヤシ g@h"),
            (10, "=1+1|@a|i@j|member|"),
        ];
        assert_eq!(read(text), lines.map(|(number, said)| (number, said.to_owned())));
        assert_eq!(read("氏名,役割\n山田,職員"), [(2, "? 山田 職員".to_owned())], "columns are missing");
        assert_eq!(read("\"山田,ヤマダ,a@b\n森,モリ,c@d"), [(1, "? 山田,ヤマダ,a@b\n森,モリ,c@d".to_owned())]);
    }

    #[test]
    fn a_list_has_somebody_on_it_and_not_too_many() {
        let of = |text: &str| Roster::read(text, "sheet", &[]).map(|Roster(lines)| lines.len());
        let lines = |count: usize| "a,b,c@d\n".repeat(count);
        assert_eq!((of(&lines(200)), of(&lines(201))), (Ok(200), Err(Unfit::TooMany)));
        for empty in ["", "\n \n", "\t\t\n", "name,kana,email"] {
            assert_eq!(of(empty), Err(Unfit::Empty), "{empty:?}");
        }
    }
}
