//! Mails to clients, sent to a real SMTP server: the process `end2end/support/smtp-server.mjs`.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{client, put},
    program::Serving,
    server::{Browser, TestServer},
};
use domain::{administrators::Role, clients::store::client::Model, ledger::AccountSummary, mail::worker::Mailer};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// A running SMTP server, which is stopped on drop.
struct Smtp {
    url: String,
    said: Receiver<Value>,
    child: Child,
    _stdin: ChildStdin,
}

impl Smtp {
    fn start(behaviour: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/support/smtp-server.mjs");
        let mut command = Command::new("node");
        command.arg(script).args(behaviour).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("node");
        let lines = BufReader::new(child.stdout.take().expect("its standard output")).lines();
        let (sender, said) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).expect(&line));
            }
        });
        let first: Value =
            said.recv_timeout(Duration::from_secs(20)).expect("the SMTP server: run `npm ci` in end2end/ first");
        let stdin = child.stdin.take().expect("its standard input");
        Self { url: format!("smtp://127.0.0.1:{}", first["port"]), said, child, _stdin: stdin }
    }

    /// The next mail that arrives.
    fn mail(&self) -> Value {
        self.said.recv_timeout(Duration::from_secs(20)).expect("a mail")
    }

    fn assert_no_more(&self) {
        let more = self.said.recv_timeout(Duration::from_millis(300));
        assert!(more.is_err(), "{more:?}");
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn mailer(test: &TestDatabase, url: &str) -> Mailer {
    let from = "Billing <billing@example.com>".parse().expect("a sender");
    Mailer::new(test.database.clone(), url, from).expect("a mailer")
}

/// Sets a credit with the box ticked, for a client with this language.
async fn notify(test: &TestDatabase, language: &str) -> (TestServer, Browser) {
    let email = Some("olena@client.example".to_owned());
    put(&test.database, &[Model { email, language: language.into(), name: Some("Олена".into()), ..client(7) }]).await;
    let server = TestServer::start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let form = [("idempotency_key", "notify-0001"), ("amount", "250"), ("notify", "true")];
    assert_eq!(browser.post("/clients/7/finance/credit", &form).await.status, 303);
    (server, browser)
}

async fn state(test: &TestDatabase) -> String {
    test.column::<String>("SELECT state || ' ' || attempts || ' ' || COALESCE(problem, '') FROM outbox").await.concat()
}

/// Skips the delays between attempts.
async fn make_due(test: &TestDatabase) {
    test.execute("UPDATE outbox SET next_attempt_at = created_at", []).await;
}

#[apply(both_databases)]
async fn a_mail_arrives_once_in_the_clients_language_and_the_page_says_so(test: &TestDatabase) {
    let smtp = Smtp::start(&[]);
    let (_server, browser) = notify(test, "uk-UA").await;
    for _ in 0..3 {
        mailer(test, &smtp.url).turn().await.unwrap();
    }
    let mail = smtp.mail();
    assert_eq!((&mail["from"], &mail["to"][0]), (&"billing@example.com".into(), &"olena@client.example".into()));
    let raw = mail["raw"].as_str().unwrap();
    assert!(raw.contains("Message-ID: <notify-0001.7@clientele>"), "{raw}");
    // The body is encoded. Its Ukrainian text is tested in the domain.
    assert!(raw.contains("text/plain; charset=utf-8"), "{raw}");
    smtp.assert_no_more();
    assert_eq!(state(test).await, "sent 1 ");
    let summary: AccountSummary = browser.get("/rpc/read_standing?id=7").await.json();
    assert!(summary.notified.unwrap().starts_with("Customer notified: sent 20"));
}

#[apply(both_databases)]
async fn a_busy_mail_server_is_asked_again_with_the_same_mail(test: &TestDatabase) {
    let smtp = Smtp::start(&["--busy", "1"]);
    notify(test, "en").await;
    let mailer = mailer(test, &smtp.url);
    mailer.turn().await.unwrap();
    assert!(state(test).await.starts_with("queued 1 the mail server refused it"), "{}", state(test).await);
    mailer.turn().await.unwrap();
    assert!(state(test).await.starts_with("queued 1"), "not before its time");
    make_due(test).await;
    mailer.turn().await.unwrap();
    assert_eq!(state(test).await, "sent 2 ");
    let (first, second) = (smtp.mail(), smtp.mail());
    let id = |mail: &Value| {
        mail["raw"].as_str().unwrap().lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned()
    };
    assert_eq!((&first["answer"], &second["answer"], id(&first)), (&451.into(), &250.into(), id(&second)));
}

#[apply(both_databases)]
async fn a_password_is_sent_in_clear_to_this_machine_alone(test: &TestDatabase) {
    let smtp = Smtp::start(&["--sign-in"]);
    notify(test, "en").await;
    let port = smtp.url.rsplit(':').next().unwrap();
    // Resolves to the loopback as well, but doesn't prove that the host is this machine.
    for query in ["", "?tls=opportunistic"] {
        mailer(test, &format!("smtp://user:secret@0.0.0.0:{port}{query}")).turn().await.unwrap();
        assert!(state(test).await.starts_with("queued 0 the mail server can't be reached"), "{}", state(test).await);
        smtp.assert_no_more();
        make_due(test).await;
    }
    mailer(test, &format!("smtp://user:secret@127.0.0.1:{port}")).turn().await.unwrap();
    assert_eq!(smtp.mail()["encrypted"], Value::from(false));
    assert_eq!(state(test).await, "sent 1 ");
}

#[apply(both_databases)]
async fn what_the_mail_server_never_takes_is_failed_with_its_reason(test: &TestDatabase) {
    let smtp = Smtp::start(&["--refuse"]);
    let (_server, browser) = notify(test, "en").await;
    mailer(test, &smtp.url).turn().await.unwrap();
    assert!(state(test).await.starts_with("failed 1 the mail server refused it"), "{}", state(test).await);
    let summary: AccountSummary = browser.get("/rpc/read_standing?id=7").await.json();
    assert!(summary.notified.unwrap().contains("550"));
}

#[apply(both_databases)]
async fn a_mail_waits_while_no_mail_server_can_be_reached(test: &TestDatabase) {
    let gone = Smtp::start(&[]).url.clone();
    notify(test, "en").await;
    mailer(test, &gone).turn().await.unwrap();
    assert!(state(test).await.starts_with("queued 0 the mail server can't be reached"), "{}", state(test).await);
    make_due(test).await;
    let smtp = Smtp::start(&[]);
    mailer(test, &smtp.url).turn().await.unwrap();
    assert_eq!((state(test).await.as_str(), &smtp.mail()["answer"]), ("sent 1 ", &250.into()));
}

#[apply(both_databases)]
async fn a_server_killed_between_sending_and_noting_never_sends_the_mail_again(test: &TestDatabase) {
    let hanging = Smtp::start(&["--hang"]);
    notify(test, "en").await;
    let mut serving = Serving::start(test, &[("SMTP_URL", &hanging.url)]);
    assert!(hanging.mail()["raw"].as_str().unwrap().contains("notify-0001"));
    serving.kill();
    assert_eq!(state(test).await, "sending 1 ");
    // Some minutes later.
    test.execute("UPDATE outbox SET changed_at = $1", [chrono::DateTime::UNIX_EPOCH.into()]).await;
    let smtp = Smtp::start(&[]);
    let _serving = Serving::start(test, &[("SMTP_URL", &smtp.url)]);
    while state(test).await.starts_with("sending") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(state(test).await.starts_with("failed 1 the server was stopped while it was being sent"));
    smtp.assert_no_more();
}
