//! Transliterates names for addresses: lower-case Latin letters, digits and hyphens.

/// Returns `veletend-lohistyk` for `Велетенд Логістик`. Follows the official Ukrainian transliteration, and
/// approximates it for other languages.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            '\'' | 'ʼ' | 'ь' | '«' | '»' | '.' | ',' => {}
            _ => match latin(character) {
                Some(letters) => slug.push_str(letters),
                None if slug.is_empty() || slug.ends_with('-') => {}
                None => slug.push('-'),
            },
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn latin(character: char) -> Option<&'static str> {
    Some(match character {
        'а' | 'ә' | 'á' | 'ă' | 'ą' | 'â' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'һ' => "h",
        'ґ' | 'ғ' => "g",
        'д' | 'ď' => "d",
        'е' | 'э' | 'é' | 'ě' | 'ę' => "e",
        'є' => "ie",
        'ж' => "zh",
        'з' | 'ź' | 'ż' | 'ž' => "z",
        'и' | 'ы' | 'ý' => "y",
        'і' | 'ї' | 'й' | 'í' | 'î' => "i",
        'к' | 'қ' => "k",
        'л' | 'ł' => "l",
        'м' => "m",
        'н' | 'ң' | 'ń' | 'ň' | 'ñ' => "n",
        'о' | 'ө' | 'ó' => "o",
        'п' => "p",
        'р' | 'ř' => "r",
        'с' | 'ś' | 'š' | 'ș' => "s",
        'т' | 'ť' | 'ț' => "t",
        'у' | 'ұ' | 'ү' | 'ú' | 'ů' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ю' => "iu",
        'я' => "ia",
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'ć' | 'č' => "c",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_addresses() {
        assert_eq!(slug("Велетенд Логістик"), "veletend-lohistyk");
        assert_eq!(slug("Їжаківія & Ґалант"), "izhakiviia-galant");
        assert_eq!(slug("Jürgen Weiß"), "juergen-weiss");
        assert_eq!(slug("O'Neill"), "oneill");
    }
}
