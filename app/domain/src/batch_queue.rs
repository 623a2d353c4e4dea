//! A queue of single items that are written in batches.
//!
//! Items that arrive while a transaction is on its way to the disk go into the next one together, so that a hundred
//! items cost little more than one.

use tokio::sync::{mpsc, oneshot};
use values::error::Error;

/// Writes the batches of a queue.
pub trait BatchWriter: Send + 'static {
    /// An item of the queue.
    type Item: Send + Sync + 'static;
    /// The outcome of writing an item.
    type Answer: Send + 'static;

    /// Writes a batch, and answers each of its items in their order. An item may be written twice.
    fn write(&mut self, items: &[Self::Item]) -> impl Future<Output = Vec<Result<Self::Answer, Error>>> + Send;
}

type Waiting<Item, Answer> = (Item, oneshot::Sender<Result<Answer, Error>>);

/// The queue. Cheap to clone: clones share it.
#[derive(Clone, Debug)]
pub struct BatchQueue<Item, Answer> {
    queue: mpsc::Sender<Waiting<Item, Answer>>,
}

impl<Item: Send + Sync + 'static, Answer: Send + 'static> BatchQueue<Item, Answer> {
    /// Starts the task that writes batches of up to `size` items, which must be above zero. It ends with the last
    /// clone of the queue.
    #[must_use]
    pub fn start(mut writer: impl BatchWriter<Item = Item, Answer = Answer>, size: usize) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting<Item, Answer>>(4 * size);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(size);
            while waiting.recv_many(&mut batch, size).await > 0 {
                let (items, senders): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
                for (sender, answer) in senders.into_iter().zip(write(&mut writer, &items).await) {
                    // Fails when the sender went away, which then retries.
                    let _ = sender.send(answer);
                }
            }
        });
        Self { queue }
    }

    /// Writes an item and waits for its answer.
    pub async fn write(&self, item: Item) -> Result<Answer, Error> {
        let (sender, answer) = oneshot::channel();
        self.queue.send((item, sender)).await.map_err(Error::internal)?;
        answer.await.map_err(Error::internal)?
    }
}

async fn write<W: BatchWriter>(writer: &mut W, items: &[W::Item]) -> Vec<Result<W::Answer, Error>> {
    let mut answers = writer.write(items).await;
    if items.len() > 1 {
        // One item at fault must not fail the others of its transaction, so each is written again on its own.
        for (item, answer) in items.iter().zip(&mut answers) {
            if matches!(answer, Err(Error::Internal)) {
                *answer = writer.write(std::slice::from_ref(item)).await.pop().unwrap_or(Err(Error::Internal));
            }
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Fails every batch that contains a zero, and notes the batches.
    struct Writer(Arc<Mutex<Vec<Vec<u32>>>>);

    impl BatchWriter for Writer {
        type Item = u32;
        type Answer = u32;

        async fn write(&mut self, items: &[u32]) -> Vec<Result<u32, Error>> {
            self.0.lock().unwrap().push(items.to_vec());
            let fails = items.contains(&0);
            items.iter().map(|item| if fails { Err(Error::Internal) } else { Ok(item * 2) }).collect()
        }
    }

    #[tokio::test]
    async fn items_that_wait_are_written_together_and_one_at_fault_fails_alone() {
        let batches = Arc::default();
        let queue = BatchQueue::start(Writer(Arc::clone(&batches)), 3);
        let answers = futures::future::join_all([1, 2, 0, 3].map(|item| queue.write(item))).await;
        assert_eq!(answers, [Ok(2), Ok(4), Err(Error::Internal), Ok(6)]);
        assert_eq!(*batches.lock().unwrap(), [vec![1, 2, 0], vec![1], vec![2], vec![0], vec![3]]);
    }
}
