//! A phone's camera: what a QR code says.

/// As the page draws it, module by module.
pub fn on_page(html: &str) -> String {
    let (_, svg) = html.split_once("<svg class=\"qr\"").expect("a QR code");
    let (_, path) = svg.split_once("<path d=\"").expect("its dark modules");
    let (path, _) = path.split_once('"').expect("a path");
    let runs: Vec<[usize; 3]> = path.split('M').skip(1).map(run).collect();
    let size = runs.iter().map(|[_, y, _]| y + 1).max().expect("a dark module");
    let dark =
        |x: usize, y: usize| runs.iter().any(|&[from, row, length]| row == y && (from..from + length).contains(&x));
    let grid = rqrr::SimpleGrid::from_func(size, dark);
    rqrr::Grid::new(grid).decode().expect("it reads").1
}

/// `x`, `y` and length.
fn run(text: &str) -> [usize; 3] {
    let numbers = text.split([' ', 'h', 'v']).take(3).map(|number| number.parse().expect("a number"));
    numbers.collect::<Vec<_>>().try_into().expect("three numbers")
}

/// As a camera sees it: rows of grey.
pub fn in_picture(width: usize, grey: &[u8]) -> String {
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, grey.len() / width, |x, y| grey[y * width + x]);
    let codes = picture.detect_grids();
    codes.first().expect("a QR code").decode().expect("it reads").1
}
