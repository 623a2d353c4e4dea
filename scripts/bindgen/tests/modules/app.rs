//! An application with four parts. A function's name says which parts need it.

#![no_std]

use core::{
    hint::black_box,
    panic::PanicInfo,
    sync::atomic::{AtomicU32, Ordering},
};

static PANICS: AtomicU32 = AtomicU32::new(0);
static LAST_LINE: AtomicU32 = AtomicU32::new(0);

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    PANICS.fetch_add(1, Ordering::Relaxed);
    LAST_LINE.store(info.location().map_or(0, |location| location.line()), Ordering::Relaxed);
    core::arch::wasm32::unreachable()
}

unsafe extern "C" {
    /// A function of JavaScript.
    safe fn twice(number: u32) -> u32;
}

type Page = fn(u32) -> u32;

static PAGES: [Page; 6] = [
    parts::clients::page,
    parts::client::page,
    parts::names::tab,
    parts::names::queue,
    parts::statistics::page,
    needed_by_main,
];

static FORMER_PAGES: [Page; 2] = [not_needed_by_the_browser, not_needed_either];

#[unsafe(no_mangle)]
pub extern "C" fn open(page: usize, number: u32) -> u32 {
    let pages = black_box(&PAGES);
    needed_by_main_and_client(number) ^ pages[page](number)
}

#[unsafe(no_mangle)]
pub extern "C" fn open_former(page: usize, number: u32) -> u32 {
    black_box(&FORMER_PAGES)[page](number)
}

#[unsafe(no_mangle)]
pub extern "C" fn panics() -> u32 {
    PANICS.load(Ordering::Relaxed)
}

#[unsafe(no_mangle)]
pub extern "C" fn last_line() -> u32 {
    LAST_LINE.load(Ordering::Relaxed)
}

pub mod parts {
    pub mod clients {
        #[inline(never)]
        pub fn page(number: u32) -> u32 {
            crate::needed_by_clients(number) ^ crate::needed_by_clients_and_names(number)
        }
    }

    pub mod client {
        #[inline(never)]
        pub fn page(number: u32) -> u32 {
            // In another file, the first of which has a table slot of its own already.
            let in_main = crate::needed_by_main(number) ^ crate::needed_by_main_and_client(number);
            crate::needed_by_client(number) ^ in_main
        }
    }

    pub mod names {
        #[inline(never)]
        pub fn tab(number: u32) -> u32 {
            crate::needed_by_names(number) ^ crate::needed_by_clients_and_names(number)
        }

        #[inline(never)]
        pub fn queue(number: u32) -> u32 {
            crate::needed_by_names(number + 1) ^ crate::needed_by_names_and_statistics(number)
        }
    }

    pub mod statistics {
        #[inline(never)]
        pub fn page(number: u32) -> u32 {
            let called_by_pointer: crate::Page = core::hint::black_box(crate::needed_by_statistics);
            called_by_pointer(number) ^ crate::needed_by_names_and_statistics(number)
        }
    }
}

/// Functions that look up a number in a table of their own, and panic when there is none.
macro_rules! lookups {
    ($($name:ident $first:literal)+) => {$(
        #[inline(never)]
        fn $name(number: u32) -> u32 {
            static NUMBERS: [u32; 16] = numbers($first);
            twice(NUMBERS[number as usize])
        }
    )+};
}

const fn numbers(first: u32) -> [u32; 16] {
    let mut numbers = [first; 16];
    let mut index = 1;
    while index < numbers.len() {
        numbers[index] = numbers[index - 1].wrapping_mul(0x9e37_79b1);
        index += 1;
    }
    numbers
}

lookups! {
    needed_by_main 0x1111_1111
    needed_by_main_and_client 0x2222_2221
    needed_by_clients 0x3333_3333
    needed_by_clients_and_names 0x4444_4443
    needed_by_client 0x5555_5555
    needed_by_names 0x6666_6665
    needed_by_names_and_statistics 0x7777_7777
    needed_by_statistics 0x8888_8887
    needed_by_unused_functions 0x9999_9999
}

#[inline(never)]
fn not_needed_by_the_browser(number: u32) -> u32 {
    needed_by_unused_functions(number) + 1
}

#[inline(never)]
fn not_needed_either(number: u32) -> u32 {
    needed_by_unused_functions(number) + 2
}
