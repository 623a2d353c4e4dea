//! The words of a statement in the clients' languages.

use domain::ledger::EntryKind;

/// The words in one language.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// The language, as in BCP 47.
    pub language: &'static str,
    /// The title.
    pub title: &'static str,
    /// Terms of the facts: client, login, period, time zone, kind of transactions, time of issue.
    pub facts: [&'static str; 6],
    /// Date, number, purpose, credit, debit, balance.
    pub columns: [&'static str; 6],
    /// The balance before the period.
    pub opening: &'static str,
    /// The sums of the rows.
    pub turnover: &'static str,
    /// The sums of rows of other kinds.
    pub others: &'static str,
    /// The balance after the period.
    pub closing: &'static str,
    /// For a period without rows.
    pub nothing: &'static str,
    /// Explains both columns of amounts.
    pub note: &'static str,
    /// The number of a page.
    pub page: &'static str,
    /// Top-up, correction, reversal of a transaction, mailing, messages without a mailing.
    purposes: [&'static str; 5],
    /// For messages that are paid back.
    undelivered: &'static str,
}

impl Texts {
    /// The words in the language of a tag (BCP 47), or English ones.
    #[must_use]
    pub fn of(tag: &str) -> &'static Self {
        let language = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        ALL.iter().find(|texts| texts.language == language).unwrap_or(&ALL[0])
    }

    /// The label of a kind of transactions.
    #[must_use]
    pub fn kind(&self, kind: EntryKind) -> &'static str {
        let [top_up, correction, reversal, mailing, _] = self.purposes;
        match kind {
            EntryKind::Opening => self.opening,
            EntryKind::TopUp => top_up,
            EntryKind::Correction => correction,
            EntryKind::Reversal => reversal,
            EntryKind::Mailing => mailing,
        }
    }

    /// The purpose of a row: the ledger's own words are translated, and those that somebody typed stay as they are.
    #[must_use]
    pub fn purpose(&self, kind: EntryKind, purpose: &str) -> String {
        let [english, ..] = &ALL;
        let words = match kind {
            EntryKind::Mailing if purpose.starts_with(english.purposes[4]) => {
                purpose.strip_prefix(english.purposes[4]).map(|rest| (self.purposes[4], rest))
            }
            _ => purpose.strip_prefix(english.kind(kind)).map(|rest| (self.kind(kind), rest)),
        };
        let Some((begin, rest)) = words else { return purpose.to_owned() };
        match rest.strip_suffix(english.undelivered).filter(|_| kind == EntryKind::Mailing) {
            Some(rest) => format!("{begin}{rest}{}", self.undelivered),
            None => format!("{begin}{rest}"),
        }
    }
}

/// All languages. English is the first, and its purposes are those of the ledger.
const ALL: [Texts; 10] = [
    Texts {
        language: "en",
        title: "Account statement",
        facts: ["Client", "Login", "Period", "Time zone", "Kind", "Issued"],
        columns: ["Date", "No.", "Purpose", "Credit", "Debit", "Balance"],
        opening: "Opening balance",
        turnover: "Turnover",
        others: "Rows of other kinds",
        closing: "Closing balance",
        nothing: "Nothing was booked in this period.",
        note: "Credit is the cost of sending and other deductions, Debit is what was paid in. The opening balance plus \
               all amounts is the closing balance.",
        page: "Page {page} of {pages}",
        purposes: ["Top-up", "Correction", "Reversal of transaction", "Mailing", "Messages without a mailing"],
        undelivered: ": not delivered after all",
    },
    Texts {
        language: "uk",
        title: "Виписка з рахунку",
        facts: ["Клієнт", "Логін", "Період", "Часовий пояс", "Вид", "Сформовано"],
        columns: ["Дата", "№", "Призначення", "Кредит", "Дебет", "Баланс"],
        opening: "Початковий баланс",
        turnover: "Обороти",
        others: "Операції інших видів",
        closing: "Кінцевий баланс",
        nothing: "За цей період операцій не було.",
        note: "Кредит — вартість надсилання та інші списання, дебет — надходження. Початковий баланс разом з усіма \
               сумами дорівнює кінцевому балансу.",
        page: "Сторінка {page} з {pages}",
        purposes: ["Поповнення", "Коригування", "Скасування операції", "Розсилка", "Повідомлення без розсилки"],
        undelivered: ": не доставлено",
    },
    Texts {
        language: "pl",
        title: "Wyciąg z konta",
        facts: ["Klient", "Login", "Okres", "Strefa czasowa", "Rodzaj", "Wystawiono"],
        columns: ["Data", "Nr", "Opis", "Kredyt", "Debet", "Saldo"],
        opening: "Saldo początkowe",
        turnover: "Obroty",
        others: "Operacje innych rodzajów",
        closing: "Saldo końcowe",
        nothing: "W tym okresie nie było operacji.",
        note: "Kredyt to koszt wysyłki i inne obciążenia, debet to wpłaty. Saldo początkowe razem ze wszystkimi \
               kwotami daje saldo końcowe.",
        page: "Strona {page} z {pages}",
        purposes: ["Doładowanie", "Korekta", "Storno operacji", "Wysyłka", "Wiadomości bez wysyłki"],
        undelivered: ": niedostarczone",
    },
    Texts {
        language: "de",
        title: "Kontoauszug",
        facts: ["Kunde", "Login", "Zeitraum", "Zeitzone", "Art", "Erstellt"],
        columns: ["Datum", "Nr.", "Verwendungszweck", "Kredit", "Debet", "Saldo"],
        opening: "Anfangssaldo",
        turnover: "Umsätze",
        others: "Buchungen anderer Art",
        closing: "Endsaldo",
        nothing: "In diesem Zeitraum wurde nichts gebucht.",
        note: "Kredit sind Versandkosten und andere Abzüge, Debet sind Einzahlungen. Das Anfangssaldo und alle Beträge \
               ergeben zusammen das Endsaldo.",
        page: "Seite {page} von {pages}",
        purposes: ["Aufladung", "Korrektur", "Storno der Buchung", "Versand", "Nachrichten ohne Versand"],
        undelivered: ": nicht zugestellt",
    },
    Texts {
        language: "cs",
        title: "Výpis z účtu",
        facts: ["Klient", "Login", "Období", "Časové pásmo", "Druh", "Vystaveno"],
        columns: ["Datum", "Č.", "Účel", "Kredit", "Debet", "Zůstatek"],
        opening: "Počáteční zůstatek",
        turnover: "Obraty",
        others: "Operace jiných druhů",
        closing: "Konečný zůstatek",
        nothing: "V tomto období neproběhly žádné operace.",
        note: "Kredit jsou náklady na odesílání a jiné odpočty, debet jsou platby. Počáteční zůstatek a všechny částky \
               dávají dohromady konečný zůstatek.",
        page: "Strana {page} z {pages}",
        purposes: ["Dobití", "Oprava", "Storno operace", "Rozesílka", "Zprávy bez rozesílky"],
        undelivered: ": nedoručeno",
    },
    Texts {
        language: "ro",
        title: "Extras de cont",
        facts: ["Client", "Login", "Perioada", "Fus orar", "Tip", "Emis"],
        columns: ["Data", "Nr.", "Descriere", "Credit", "Debit", "Sold"],
        opening: "Sold inițial",
        turnover: "Rulaj",
        others: "Operațiuni de alte tipuri",
        closing: "Sold final",
        nothing: "În această perioadă nu a fost înregistrată nicio operațiune.",
        note: "Credit este costul trimiterii și alte deduceri, debit este suma plătită. Soldul inițial împreună cu \
               toate sumele dă soldul final.",
        page: "Pagina {page} din {pages}",
        purposes: ["Alimentare", "Corecție", "Stornarea operațiunii", "Campanie", "Mesaje fără campanie"],
        undelivered: ": nelivrat",
    },
    Texts {
        language: "es",
        title: "Extracto de cuenta",
        facts: ["Cliente", "Login", "Periodo", "Zona horaria", "Tipo", "Emitido"],
        columns: ["Fecha", "N.º", "Concepto", "Crédito", "Débito", "Saldo"],
        opening: "Saldo inicial",
        turnover: "Movimientos",
        others: "Operaciones de otros tipos",
        closing: "Saldo final",
        nothing: "No hubo operaciones en este periodo.",
        note: "Crédito es el coste de los envíos y otras deducciones, débito es lo ingresado. El saldo inicial más \
               todos los importes da el saldo final.",
        page: "Página {page} de {pages}",
        purposes: ["Recarga", "Corrección", "Anulación de la operación", "Envío", "Mensajes sin envío"],
        undelivered: ": no entregado",
    },
    Texts {
        language: "kk",
        title: "Шоттан үзінді көшірме",
        facts: ["Клиент", "Логин", "Кезең", "Уақыт белдеуі", "Түрі", "Жасалды"],
        columns: ["Күні", "№", "Мақсаты", "Кредит", "Дебет", "Баланс"],
        opening: "Бастапқы баланс",
        turnover: "Айналым",
        others: "Басқа түрдегі операциялар",
        closing: "Соңғы баланс",
        nothing: "Бұл кезеңде операциялар болған жоқ.",
        note: "Кредит — жіберу құны және басқа шегерімдер, дебет — түскен қаражат. Бастапқы баланс пен барлық \
               сомалардың қосындысы соңғы балансқа тең.",
        page: "{page}-бет, барлығы {pages}",
        purposes: ["Толтыру", "Түзету", "Операцияны қайтару", "Таратылым", "Таратылымсыз хабарламалар"],
        undelivered: ": жеткізілмеді",
    },
    Texts {
        language: "ka",
        title: "ანგარიშის ამონაწერი",
        facts: ["კლიენტი", "ლოგინი", "პერიოდი", "სასაათო სარტყელი", "ტიპი", "შედგენილია"],
        columns: ["თარიღი", "№", "დანიშნულება", "კრედიტი", "დებეტი", "ბალანსი"],
        opening: "საწყისი ბალანსი",
        turnover: "ბრუნვა",
        others: "სხვა ტიპის ოპერაციები",
        closing: "საბოლოო ბალანსი",
        nothing: "ამ პერიოდში ოპერაციები არ ყოფილა.",
        note: "კრედიტი არის გაგზავნის ღირებულება და სხვა ჩამოჭრები, დებეტი კი ჩარიცხული თანხა. საწყისი ბალანსი და \
               ყველა თანხა ერთად საბოლოო ბალანსია.",
        page: "გვერდი {page} / {pages}",
        purposes: ["შევსება", "კორექტირება", "ოპერაციის გაუქმება", "დაგზავნა", "შეტყობინებები დაგზავნის გარეშე"],
        undelivered: ": არ მიწოდებულა",
    },
    Texts {
        language: "ru",
        title: "Выписка по счёту",
        facts: ["Клиент", "Логин", "Период", "Часовой пояс", "Вид", "Сформировано"],
        columns: ["Дата", "№", "Назначение", "Кредит", "Дебет", "Баланс"],
        opening: "Начальный баланс",
        turnover: "Обороты",
        others: "Операции других видов",
        closing: "Конечный баланс",
        nothing: "За этот период операций не было.",
        note: "Кредит — стоимость отправки и другие списания, дебет — поступления. Начальный баланс вместе со всеми \
               суммами равен конечному балансу.",
        page: "Страница {page} из {pages}",
        purposes: ["Пополнение", "Корректировка", "Отмена операции", "Рассылка", "Сообщения без рассылки"],
        undelivered: ": не доставлено",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_reads_its_own_language_and_everybody_else_english() {
        assert_eq!(Texts::of("uk-UA").title, "Виписка з рахунку");
        assert_eq!(Texts::of("KA").language, "ka");
        assert_eq!((Texts::of("fr").language, Texts::of("").language), ("en", "en"));
    }

    #[test]
    fn the_ledgers_words_are_translated_and_typed_ones_stay() {
        let texts = Texts::of("uk");
        for (kind, purpose, translated) in [
            (EntryKind::TopUp, "Top-up: Mailing", "Поповнення: Mailing"),
            (EntryKind::TopUp, "Top-up", "Поповнення"),
            (EntryKind::Reversal, "Reversal of transaction 7: twice", "Скасування операції 7: twice"),
            (EntryKind::Mailing, "Mailing spring: not delivered after all", "Розсилка spring: не доставлено"),
            (EntryKind::Mailing, "Messages without a mailing", "Повідомлення без розсилки"),
            (EntryKind::Opening, "Opening balance", "Початковий баланс"),
            (EntryKind::Mailing, "something else", "something else"),
        ] {
            assert_eq!(texts.purpose(kind, purpose), translated);
            assert_eq!(Texts::of("en").purpose(kind, purpose), purpose);
        }
    }

    #[test]
    fn each_language_has_both_numbers_of_a_page() {
        for texts in ALL {
            assert!(texts.page.contains("{page}") && texts.page.contains("{pages}"), "{}", texts.language);
        }
    }
}
