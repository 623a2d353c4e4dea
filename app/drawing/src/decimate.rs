//! Of more points than there are pixels, those that show.

/// Which values of a line are drawn at a width of so many pixels: of those that share a pixel the first, the smallest,
/// the greatest and the last, in their order.
#[must_use]
pub fn shown(values: &[f64], pixels: usize) -> Vec<usize> {
    let pixels = pixels.max(1);
    if values.len() <= 4 * pixels {
        return (0..values.len()).collect();
    }
    let mut shown = Vec::with_capacity(4 * pixels);
    for pixel in 0..pixels {
        let (from, to) = (pixel * values.len() / pixels, (pixel + 1) * values.len() / pixels);
        let (mut least, mut most) = (from, from);
        for (index, value) in (from..).zip(&values[from..to]) {
            if *value < values[least] {
                least = index;
            }
            if *value > values[most] {
                most = index;
            }
        }
        let mut of_pixel = [from, least.min(most), least.max(most), to - 1];
        of_pixel.sort_unstable();
        for index in of_pixel {
            if shown.last() != Some(&index) {
                shown.push(index);
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    proptest! {
        #[test]
        fn each_pixel_keeps_its_extremes_and_the_line_its_ends(values in vec(0.0..1000.0_f64, 1..4000), pixels in 1..200_usize) {
            let shown = shown(&values, pixels);
            prop_assert!(shown.is_sorted() && shown.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!((shown[0], shown[shown.len() - 1]), (0, values.len() - 1));
            prop_assert!(shown.len() <= values.len().max(4 * pixels));
            for pixel in 0..pixels {
                let (from, to) = (pixel * values.len() / pixels, (pixel + 1) * values.len() / pixels);
                let kept = || shown.iter().filter(|index| (from..to).contains(*index)).map(|index| values[*index]);
                let all = || values[from..to].iter().copied();
                prop_assert!(kept().fold(f64::MAX, f64::min) <= all().fold(f64::MAX, f64::min));
                prop_assert!(kept().fold(f64::MIN, f64::max) >= all().fold(f64::MIN, f64::max));
            }
        }
    }
}
