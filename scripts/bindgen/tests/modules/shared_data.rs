//! An application with two parts that need the same data, but no function in common.

#![no_std]

use core::hint::black_box;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

static PAGES: [fn(usize) -> u32; 2] = [parts::names::page, parts::statistics::page];
static NUMBERS: [u32; 16] = [1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225, 256];

#[unsafe(no_mangle)]
pub extern "C" fn open(page: usize, number: usize) -> u32 {
    black_box(&PAGES)[page & 1](number)
}

pub mod parts {
    pub mod names {
        #[inline(never)]
        pub fn page(number: usize) -> u32 {
            crate::NUMBERS[number & 15] + 1
        }
    }

    pub mod statistics {
        #[inline(never)]
        pub fn page(number: usize) -> u32 {
            crate::NUMBERS[number & 15] + 2
        }
    }
}
