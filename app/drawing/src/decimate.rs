//! Decimation: leaves out points of a line that share a pixel with others.

/// The indices of the values to draw on a line that is `pixels` wide, ascending. Of the values that share a pixel these
/// are the first, the smallest, the greatest and the last.
#[must_use]
pub fn visible(values: &[f64], pixels: usize) -> Vec<usize> {
    let pixels = pixels.max(1);
    if values.len() <= 4 * pixels {
        return (0..values.len()).collect();
    }
    let mut visible = Vec::with_capacity(4 * pixels);
    for pixel in 0..pixels {
        let (from, to) = (pixel * values.len() / pixels, (pixel + 1) * values.len() / pixels);
        let (mut smallest, mut greatest) = (from, from);
        for (index, value) in (from..).zip(&values[from..to]) {
            if *value < values[smallest] {
                smallest = index;
            }
            if *value > values[greatest] {
                greatest = index;
            }
        }
        let mut of_pixel = [from, smallest.min(greatest), smallest.max(greatest), to - 1];
        of_pixel.sort_unstable();
        for index in of_pixel {
            if visible.last() != Some(&index) {
                visible.push(index);
            }
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    proptest! {
        #[test]
        fn each_pixel_keeps_its_extremes_and_the_line_its_ends(
            values in vec(0.0..1000.0_f64, 1..4000),
            pixels in 1..200_usize,
        ) {
            let visible = visible(&values, pixels);
            prop_assert!(visible.is_sorted() && visible.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!((visible[0], visible[visible.len() - 1]), (0, values.len() - 1));
            prop_assert!(visible.len() <= values.len().max(4 * pixels));
            for pixel in 0..pixels {
                let (from, to) = (pixel * values.len() / pixels, (pixel + 1) * values.len() / pixels);
                let kept = || visible.iter().filter(|index| (from..to).contains(*index)).map(|index| values[*index]);
                let all = || values[from..to].iter().copied();
                prop_assert!(kept().fold(f64::MAX, f64::min) <= all().fold(f64::MAX, f64::min));
                prop_assert!(kept().fold(f64::MIN, f64::max) >= all().fold(f64::MIN, f64::max));
            }
        }
    }
}
