//! A caller that sends nothing, or too little, does not keep its connection.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::hand_made::models;
use serving::{Settings, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

async fn started(settings: Settings) -> SocketAddr {
    let (tell, told) = oneshot::channel();
    tokio::spawn(serve(models(), settings, |address| tell.send(address).unwrap()));
    told.await.unwrap()
}

/// The answer to these bytes until the server closes the connection.
async fn answer_to(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(5), reading)
        .await
        .expect("the server closes the connection");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn half_a_request_times_out() {
    let settings = Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        request_timeout: Duration::from_millis(200),
        ..crate::client::settings()
    };
    let address = started(settings).await;
    let begun = Instant::now();
    answer_to(address, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    assert!(begun.elapsed() < Duration::from_secs(3));
    let half_a_body =
        b"POST /v1/estimates HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    assert!(answer_to(address, half_a_body).await.starts_with("HTTP/1.1 408"));
    let whole = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert!(answer_to(address, whole).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_closed() {
    let settings = Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        max_connections: 1,
        ..crate::client::settings()
    };
    let address = started(settings).await;
    let whole = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(whole).await.unwrap();
    let mut byte = [0];
    first.read_exact(&mut byte).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    let closed = matches!(second.read(&mut byte).await, Ok(0) | Err(_));
    assert!(closed, "one connection is all there may be");
    drop(first);
    let mut tries = 0;
    while !answer_to(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .starts_with("HTTP/1.1 200")
    {
        tries += 1;
        assert!(tries < 100, "there is room again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
