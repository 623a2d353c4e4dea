//! An application that calls a part directly, and never through the table.

#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

#[unsafe(no_mangle)]
pub extern "C" fn open(number: u32) -> u32 {
    parts::names::page(number)
}

pub mod parts {
    pub mod names {
        #[inline(never)]
        pub fn page(number: u32) -> u32 {
            core::hint::black_box(number) + 2
        }
    }
}
