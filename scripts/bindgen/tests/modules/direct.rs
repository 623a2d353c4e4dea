//! An application whose exported function calls a part directly, and not only through the table.

#![no_std]

use core::hint::black_box;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

static PAGES: [fn(u32) -> u32; 2] = [parts::clients::page, parts::names::page];

#[unsafe(no_mangle)]
pub extern "C" fn open(page: usize, number: u32) -> u32 {
    black_box(&PAGES)[page](number) + parts::names::page(number)
}

pub mod parts {
    pub mod clients {
        #[inline(never)]
        pub fn page(number: u32) -> u32 {
            core::hint::black_box(number) + 1
        }
    }

    pub mod names {
        #[inline(never)]
        pub fn page(number: u32) -> u32 {
            core::hint::black_box(number) + 2
        }
    }
}
