//! Roll-ups of a number of messages: each client sends every day, to two countries and five operators, under four
//! names, by SMS and by Viber.

use crate::Failure;
use chrono::{Days, Months, NaiveDate};
use domain::{
    actor::Actor,
    clients::store::client,
    database::Database,
    ids::ClientId,
    intake::writer::Writer,
    messages::{
        MessageStatus, Tally,
        message::{Facts, MessageLine, Receipt},
        roll_ups::{Cell, RollUps},
    },
};
use sea_orm::{EntityTrait as _, QuerySelect as _};
use values::{Money, messaging::MessagingChannel, time};

/// Number of messages that exist.
const MESSAGES: usize = 100_000;

const OPERATORS: &[(&str, &str)] =
    &[("UA", "Kyivstar"), ("UA", "Vodafone"), ("UA", "lifecell"), ("PL", "Play"), ("PL", "Orange")];
const NAMES: &[&str] = &["Shop", "INFO", "Alert", ""];

/// Fills a database. Returns a client, and the first and the last day of its year.
pub async fn fill(database: &Database, messages: i64) -> Result<(i64, String, String), Failure> {
    let clients: Vec<i64> =
        client::Entity::find().select_only().column(client::Column::Id).into_tuple().all(database.reader()).await?;
    let to = time::today() - Days::new(1);
    let from = to.checked_sub_months(Months::new(12)).ok_or("no year")?;
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
    let cells = i64::try_from(clients.len() * days.len() * OPERATORS.len() * NAMES.len() * 2)?;
    let (each, mut rest) = (messages / cells, messages % cells);
    for &client_id in &clients {
        let mut roll_ups = RollUps::default();
        for &day in &days {
            for &(country, operator) in OPERATORS {
                for &sender_id in NAMES {
                    for &channel in MessagingChannel::ALL {
                        let sent = each + i64::from(rest > 0);
                        rest -= 1;
                        let cell = Cell { client_id: ClientId(client_id), day, channel, country, operator, sender_id };
                        let delivered = sent - sent / 20;
                        let tally = Tally {
                            sent_messages: sent,
                            sent_parts: sent + sent / 3,
                            delivered_messages: delivered,
                            delivered_parts: delivered + delivered / 3,
                            cost: Money(sent * 525),
                        };
                        roll_ups.count(cell, &tally);
                    }
                }
            }
        }
        let transaction = database.write().await?;
        roll_ups.add(&transaction).await?;
        transaction.commit().await?;
    }
    let writer = Writer::new(database, Actor::command_line());
    // Of clients that aren't measured, since the roll-ups of the measured one already count its messages.
    for (number, chunk) in (0..MESSAGES).collect::<Vec<_>>().chunks(5_000).enumerate() {
        let lines: Vec<MessageLine> =
            chunk.iter().map(|id| line(clients[1 + number % (clients.len() - 1)], *id, to)).collect();
        writer.write(&lines).await?;
    }
    Ok((clients[0], from.to_string(), to.to_string()))
}

fn line(client_id: i64, id: usize, day: NaiveDate) -> MessageLine {
    let (country, operator) = OPERATORS[id % OPERATORS.len()];
    let at = time::start_of_day(day) + chrono::Duration::seconds(i64::try_from(id % 86_000).unwrap_or(0));
    MessageLine {
        line: 1,
        client_id: ClientId(client_id),
        id: format!("{id:010}"),
        facts: Some(Facts {
            mailing: "spring".to_owned(),
            channel: MessagingChannel::Sms,
            sender_id: NAMES[id % NAMES.len()].to_owned(),
            country: country.to_owned(),
            operator: operator.to_owned(),
            parts: 1,
            cost: Money(525),
            sent_at: at,
        }),
        receipt: Receipt { status: MessageStatus::Delivered, at },
    }
}
