// Mails that notify customers of their credit, sent to an SMTP server in a process of its own.

import { Finance, accounts, fact, field, save } from '../support/accounts.js'
import { Names, importNames } from '../support/names.js'
import { administrators, clients, start } from '../support/server.js'
import { startSmtp } from '../support/smtp.js'
import { expect, signIn, test, visit } from '../support/test.js'

test.use({ data: 'empty', role: '' })

const [english, ukrainian, other, unreachable] = [
  { ...accounts[0], name: 'Anna Nowak' },
  { ...accounts[1], language: 'uk-UA', name: 'Іван Петренко' },
  { ...accounts[2], language: 'de' },
  { ...accounts[3], email: null },
]

/** Starts a Clientele with a mail server of this behaviour, and opens a client's Finance tab. */
async function withMail(behaviour, { page, createDatabase }, use) {
  const smtp = await startSmtp(...behaviour)
  const environment = { SMTP_URL: smtp.url, CLIENTELE_MAIL_FROM: 'Billing <billing@platform.example>' }
  let site
  try {
    site = await start({ fill: clients([english, ukrainian, other, unreachable]), createDatabase, environment })
    await page.goto(`${site.url}/login`)
    await signIn(page, administrators.manager)
    await expect(page).toHaveURL(/\/clients$/)
    await use({
      smtp,
      site,
      async notify({ id }, amount) {
        await visit(page, `${site.url}/clients/${id}/finance`)
        const finance = new Finance(page)
        const credit = await finance.open('Set credit')
        await field(credit, 'Notify customer').check()
        await save(credit, { Amount: amount })
        return finance
      },
    })
    expect(site.faults).toEqual([])
  } finally {
    await site?.stop()
    await smtp.stop()
  }
}

test('a customer is notified of the credit once, and the state becomes sent by itself', async ({
  page,
  createDatabase,
}) => {
  await withMail([], { page, createDatabase }, async ({ smtp, notify }) => {
    const finance = await notify(english, '250,5')
    await expect(finance.said('The credit is 250.50 EUR. A mail to the client is queued.')).toBeVisible()
    await expect(fact(page, 'Credit')).toContainText('250.5000 EUR')
    await page.evaluate(() => (window.notReloaded = true))
    const sent = /Customer notified: sent \d{4}-\d\d-\d\d \d\d:\d\d/
    await expect(fact(page, 'Credit')).toContainText(sent, { timeout: 20_000 })
    expect(await page.evaluate(() => window.notReloaded)).toBe(true)
    // Long enough for several more polls of the outbox.
    await page.waitForTimeout(3_500)
    expect(smtp.mails).toHaveLength(1)
    const [mail] = smtp.mails
    expect(mail).toMatchObject({ answer: 250, from: 'billing@platform.example', to: [english.email] })
    expect(mail.headers).toMatchObject({
      subject: `The credit of your account ${english.login} has changed`,
      from: expect.stringContaining('Billing'),
      'message-id': expect.stringMatching(/^<.+@.+>$/),
      date: expect.stringMatching(/\d{4}/),
    })
    expect(mail.body.trimEnd()).toBe(
      `Hello Anna Nowak,\n\nThe credit of your account ${english.login} is now 250.50 EUR.\n` +
        'Your balance may go below zero by this amount.',
    )
  })
})

test('the mail of a decision is called sent only when it is, and is cancelled when the decision is taken back', async ({
  page,
  createDatabase,
}) => {
  await withMail([], { page, createDatabase }, async ({ smtp, site }) => {
    await importNames(site, english.id, [['Taken'], ['Kept']])
    const names = new Names(page)
    const decide = async (name) => {
      await visit(page, `${site.url}/clients/${english.id}/names?name=${name}`)
      await expect(names.decision.getByText('Nothing is sent')).toHaveCount(0)
      await field(names.decision, 'Notify customer').check()
      await names.decide('Check')
      await expect(names.toast).toContainText(`${name} is Checked now. A mail to the client is queued.`)
    }
    await decide('Taken')
    await names.toast.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect(names.toast).toContainText('Taken is New again.')
    await decide('Kept')
    await names.open('Kept')
    await expect(names.opened).toContainText('Mail to the customer: queued')
    await expect(names.opened).not.toContainText('notified')
    await expect
      .poll(
        async () => {
          await visit(page, `${site.url}/clients/${english.id}/names?name=Kept`)
          return names.opened.innerText()
        },
        { timeout: 30_000, intervals: [2_000] },
      )
      .toMatch(/Customer notified of its names: sent \d{4}-\d\d-\d\d \d\d:\d\d/)
    expect(smtp.mails.map(({ body }) => /Kept|Taken/.exec(body)[0])).toEqual(['Kept'])
  })
})

test('the mail is written in the language of the client, and in English where there is no other', async ({
  page,
  createDatabase,
}) => {
  await withMail([], { page, createDatabase }, async ({ smtp, notify }) => {
    await notify(ukrainian, '75')
    await expect(fact(page, 'Credit')).toContainText('notified: sent', { timeout: 20_000 })
    await notify(other, '75')
    await expect(fact(page, 'Credit')).toContainText('notified: sent', { timeout: 20_000 })
    expect(smtp.mails.map(({ to, headers }) => [to[0], headers.subject])).toEqual([
      [ukrainian.email, `Кредит вашого рахунку ${ukrainian.login} змінено`],
      [other.email, `The credit of your account ${other.login} has changed`],
    ])
    expect(smtp.mails[0].body).toContain('Вітаємо Іван Петренко!')
    expect(smtp.mails[0].body).toContain('тепер становить 75.00 EUR')
  })
})

test('a client without an address is not notified, and the form says why', async ({
  page,
  createDatabase,
  complaints,
}) => {
  complaints.expect(/answer: 422 /)
  await withMail([], { page, createDatabase }, async ({ smtp, notify }) => {
    const { credit } = await notify(unreachable, '75')
    await expect(credit.getByText('The client has no email address to notify.')).toBeVisible()
    await expect(fact(page, 'Credit')).toContainText('50.0000 EUR')
    expect(smtp.mails).toEqual([])
  })
})

test('no mail is sent without being asked for', async ({ page, createDatabase }) => {
  await withMail([], { page, createDatabase }, async ({ smtp, site }) => {
    await visit(page, `${site.url}/clients/${english.id}/finance`)
    await save(await new Finance(page).open('Set credit'), { Amount: '75' })
    await expect(fact(page, 'Credit')).toHaveText('75.0000 EUR')
    await page.waitForTimeout(2_500)
    expect(smtp.mails).toEqual([])
  })
})

test('a mail server that refuses is quoted, and the mail stays unsent', async ({ page, createDatabase }) => {
  await withMail(['--refuse'], { page, createDatabase }, async ({ smtp, notify }) => {
    await notify(english, '75')
    await expect(fact(page, 'Credit')).toContainText(/Mail to the customer: failed .*refused it.*550/, { timeout: 20_000 })
    await page.waitForTimeout(2_500)
    expect(smtp.mails.map(({ answer }) => answer)).toEqual([550])
  })
})

test('a mail server that is busy gets the mail later, and the state says so until then', async ({
  page,
  createDatabase,
}) => {
  test.setTimeout(150_000)
  await withMail(['--busy', '1'], { page, createDatabase }, async ({ smtp, notify }) => {
    await notify(english, '75')
    await expect(fact(page, 'Credit')).toContainText(/Mail to the customer: queued .*tried 1 times.*451/, { timeout: 20_000 })
    await expect(fact(page, 'Credit')).toContainText('notified: sent', { timeout: 90_000 })
    expect(smtp.mails.map(({ answer }) => answer)).toEqual([451, 250])
    expect(smtp.mails[1].headers['message-id']).toBe(smtp.mails[0].headers['message-id'])
  })
})

test.describe('without a mail server', () => {
  test.use({ data: 'accounts', role: 'manager' })

  test('the box says that nothing is sent, and the mail is queued', async ({ page, account, site }) => {
    await importNames(site, account.id, [['Unsent']])
    await visit(page, `/clients/${account.id}/names?name=Unsent`)
    const names = new Names(page)
    const box = field(names.decision, 'Notify customer')
    await expect(box).toHaveAccessibleDescription("Nothing is sent: mail isn't configured (SMTP_URL).")
    await box.check()
    await names.decide('Check')
    await expect(names.toast).toContainText('Unsent is Checked now.')
    await names.open('Unsent')
    await expect(names.opened).toContainText("not sent, since mail isn't configured (SMTP_URL)")
    await expect(names.opened).not.toContainText('notified')
  })
})
