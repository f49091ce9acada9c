Frame 1: 77 bytes on wire (616 bits), 77 bytes captured (616 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:00.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 0.000000000 seconds
    [Time delta from previous captured frame: 0.000000000 seconds]
    [Time delta from previous displayed frame: 0.000000000 seconds]
    [Time since reference or first frame: 0.000000000 seconds]
    Frame Number: 1
    Frame Length: 77 bytes (616 bits)
    Capture Length: 77 bytes (616 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 63
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6b5 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40000, Dst Port: 6346, Seq: 1, Ack: 1, Len: 23
    Source Port: 40000
    Destination Port: 6346
    [Stream index: 0]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 23]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 24    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0x14e4 [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 23]
        [Bytes sent since last PSH flag: 23]
    TCP payload (23 bytes)
    [PDU Size: 23]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 0 (Ping)
        TTL: 7
        Hops: 0
        Length: 0

Frame 2: 91 bytes on wire (728 bits), 91 bytes captured (728 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:01.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 1.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 1.000000000 seconds]
    Frame Number: 2
    Frame Length: 91 bytes (728 bits)
    Capture Length: 91 bytes (728 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 77
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6a7 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40001, Dst Port: 6346, Seq: 1, Ack: 1, Len: 37
    Source Port: 40001
    Destination Port: 6346
    [Stream index: 1]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 37]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 38    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xf4ed [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 37]
        [Bytes sent since last PSH flag: 37]
    TCP payload (37 bytes)
    [PDU Size: 37]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 1 (Pong)
        TTL: 7
        Hops: 0
        Length: 14
        Pong
            Port: 6346
            IP: 1.2.3.4
            Files Shared: 5
            KBytes Shared: 6

Frame 3: 89 bytes on wire (712 bits), 89 bytes captured (712 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:02.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 2.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 2.000000000 seconds]
    Frame Number: 3
    Frame Length: 89 bytes (712 bits)
    Capture Length: 89 bytes (712 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 75
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6a9 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40002, Dst Port: 6346, Seq: 1, Ack: 1, Len: 35
    Source Port: 40002
    Destination Port: 6346
    [Stream index: 2]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 35]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 36    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xe1ff [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 35]
        [Bytes sent since last PSH flag: 35]
    TCP payload (35 bytes)
    [PDU Size: 35]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 128 (Query)
        TTL: 7
        Hops: 0
        Length: 12
        Query
            Min Speed: 1
            Search: song name

Frame 4: 95 bytes on wire (760 bits), 95 bytes captured (760 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:03.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 3.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 3.000000000 seconds]
    Frame Number: 4
    Frame Length: 95 bytes (760 bits)
    Capture Length: 95 bytes (760 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 81
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6a3 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40003, Dst Port: 6346, Seq: 1, Ack: 1, Len: 41
    Source Port: 40003
    Destination Port: 6346
    [Stream index: 3]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 41]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 42    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xf6b7 [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 41]
        [Bytes sent since last PSH flag: 41]
    TCP payload (41 bytes)
    [PDU Size: 41]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 128 (Query)
        TTL: 7
        Hops: 0
        Length: 18
        Query
            Min Speed: 1
            Search: song name

Frame 5: 103 bytes on wire (824 bits), 103 bytes captured (824 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:04.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 4.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 4.000000000 seconds]
    Frame Number: 5
    Frame Length: 103 bytes (824 bits)
    Capture Length: 103 bytes (824 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 89
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf69b [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40004, Dst Port: 6346, Seq: 1, Ack: 1, Len: 49
    Source Port: 40004
    Destination Port: 6346
    [Stream index: 4]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 49]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 50    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0x1b3a [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 49]
        [Bytes sent since last PSH flag: 49]
    TCP payload (49 bytes)
    [PDU Size: 49]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 64 (Push)
        TTL: 7
        Hops: 0
        Length: 26
        Push
            Servent ID: 53535353535353535353535353535353
            Index: 9
            IP: 1.2.3.4
            Port: 6346

Frame 6: 142 bytes on wire (1136 bits), 142 bytes captured (1136 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:05.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 5.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 5.000000000 seconds]
    Frame Number: 6
    Frame Length: 142 bytes (1136 bits)
    Capture Length: 142 bytes (1136 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 128
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf674 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40005, Dst Port: 6346, Seq: 1, Ack: 1, Len: 88
    Source Port: 40005
    Destination Port: 6346
    [Stream index: 5]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 88]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 89    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xf1af [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 88]
        [Bytes sent since last PSH flag: 88]
    TCP payload (88 bytes)
    [PDU Size: 88]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 129 (QueryHit)
        TTL: 7
        Hops: 0
        Length: 65
        QueryHit
            Count: 2
            Port: 6346
            IP: 1.2.3.4
            Speed: 56
            Hit
                Index: 1
                Size: 1000
                Name: a.mp3
            Hit
                Index: 2
                Size: 2000
                Name: b.mp3
                Extra: 78747261
            Extra: 4c494d45
            Servent ID: 53535353535353535353535353535353

Frame 7: 100 bytes on wire (800 bits), 100 bytes captured (800 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:06.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 6.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 6.000000000 seconds]
    Frame Number: 7
    Frame Length: 100 bytes (800 bits)
    Capture Length: 100 bytes (800 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 86
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf69e [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40006, Dst Port: 6346, Seq: 1, Ack: 1, Len: 46
    Source Port: 40006
    Destination Port: 6346
    [Stream index: 6]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 46]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 47    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xc37c [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 46]
        [Bytes sent since last PSH flag: 46]
    TCP payload (46 bytes)
    [PDU Size: 23]
    [PDU Size: 23]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 0 (Ping)
        TTL: 7
        Hops: 0
        Length: 0
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 0 (Ping)
        TTL: 7
        Hops: 0
        Length: 0

Frame 8: 74 bytes on wire (592 bits), 74 bytes captured (592 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:07.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 7.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 7.000000000 seconds]
    Frame Number: 8
    Frame Length: 74 bytes (592 bits)
    Capture Length: 74 bytes (592 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 60
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6b8 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40008, Dst Port: 6346, Seq: 1, Ack: 1, Len: 20
    Source Port: 40008
    Destination Port: 6346
    [Stream index: 7]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 20]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 21    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0x14df [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 20]
        [Bytes sent since last PSH flag: 20]
    TCP payload (20 bytes)
    TCP segment data (20 bytes)

Frame 9: 64 bytes on wire (512 bits), 64 bytes captured (512 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:08.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 8.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 8.000000000 seconds]
    Frame Number: 9
    Frame Length: 64 bytes (512 bits)
    Capture Length: 64 bytes (512 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 50
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6c2 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40009, Dst Port: 6346, Seq: 1, Ack: 1, Len: 10
    Source Port: 40009
    Destination Port: 6346
    [Stream index: 8]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 10]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 11    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xf0ca [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 10]
        [Bytes sent since last PSH flag: 10]
    TCP payload (10 bytes)
    TCP segment data (10 bytes)

Frame 10: 67 bytes on wire (536 bits), 67 bytes captured (536 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:09.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 9.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 9.000000000 seconds]
    Frame Number: 10
    Frame Length: 67 bytes (536 bits)
    Capture Length: 67 bytes (536 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 53
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6bf [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40009, Dst Port: 6346, Seq: 11, Ack: 1, Len: 13
    Source Port: 40009
    Destination Port: 6346
    [Stream index: 8]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 13]
    Sequence Number: 11    (relative sequence number)
    Sequence Number (raw): 1011
    [Next Sequence Number: 24    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0x8349 [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 1.000000000 seconds]
        [Time since previous frame in this TCP stream: 1.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 23]
        [Bytes sent since last PSH flag: 13]
    TCP payload (13 bytes)
    [PDU Size: 23]
    TCP segment data (13 bytes)
[2 Reassembled TCP Segments (23 bytes): #9(10), #10(13)]
    [Frame: 9, payload: 0-9 (10 bytes)]
    [Frame: 10, payload: 10-22 (13 bytes)]
    [Segment count: 2]
    [Reassembled TCP length: 23]
    [Reassembled TCP Data: 4949494949494949494949494949494900070000000000]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 0 (Ping)
        TTL: 7
        Hops: 0
        Length: 0

Frame 11: 79 bytes on wire (632 bits), 79 bytes captured (632 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:10.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 10.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 10.000000000 seconds]
    Frame Number: 11
    Frame Length: 79 bytes (632 bits)
    Capture Length: 79 bytes (632 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 65
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6b3 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40014, Dst Port: 6346, Seq: 1, Ack: 1, Len: 25
    Source Port: 40014
    Destination Port: 6346
    [Stream index: 9]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 25]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 26    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0x1959 [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 25]
        [Bytes sent since last PSH flag: 25]
    TCP payload (25 bytes)
Gnutella Protocol
    Gnutella Upload / Download Stream

Frame 12: 78 bytes on wire (624 bits), 78 bytes captured (624 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:11.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 11.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 11.000000000 seconds]
    Frame Number: 12
    Frame Length: 78 bytes (624 bits)
    Capture Length: 78 bytes (624 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 64
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6b4 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40015, Dst Port: 6346, Seq: 1, Ack: 1, Len: 24
    Source Port: 40015
    Destination Port: 6346
    [Stream index: 10]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 24]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 25    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xb84f [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 24]
        [Bytes sent since last PSH flag: 24]
    TCP payload (24 bytes)
Gnutella Protocol
    Gnutella Upload / Download Stream

Frame 13: 83 bytes on wire (664 bits), 83 bytes captured (664 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:12.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 12.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 12.000000000 seconds]
    Frame Number: 13
    Frame Length: 83 bytes (664 bits)
    Capture Length: 83 bytes (664 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 69
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6af [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40019, Dst Port: 6346, Seq: 1, Ack: 1, Len: 29
    Source Port: 40019
    Destination Port: 6346
    [Stream index: 11]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 29]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 30    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xf793 [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 29]
        [Bytes sent since last PSH flag: 29]
    TCP payload (29 bytes)
Gnutella Protocol
    Gnutella Upload / Download Stream

Frame 14: 77 bytes on wire (616 bits), 77 bytes captured (616 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:13.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 13.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 13.000000000 seconds]
    Frame Number: 14
    Frame Length: 77 bytes (616 bits)
    Capture Length: 77 bytes (616 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 63
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6b5 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40020, Dst Port: 6346, Seq: 1, Ack: 1, Len: 23
    Source Port: 40020
    Destination Port: 6346
    [Stream index: 12]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 23]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 24    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0x94cf [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 23]
        [Bytes sent since last PSH flag: 23]
    TCP payload (23 bytes)
    [PDU Size: 23]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 128 (Query)
        TTL: 7
        Hops: 0
        Length: 0

Frame 15: 77 bytes on wire (616 bits), 77 bytes captured (616 bits)
    Encapsulation type: Ethernet (1)
    Arrival Time: Jan  1, 1970 00:00:14.000000000 UTC
    [Time shift for this packet: 0.000000000 seconds]
    Epoch Time: 14.000000000 seconds
    [Time delta from previous captured frame: 1.000000000 seconds]
    [Time delta from previous displayed frame: 1.000000000 seconds]
    [Time since reference or first frame: 14.000000000 seconds]
    Frame Number: 15
    Frame Length: 77 bytes (616 bits)
    Capture Length: 77 bytes (616 bits)
    [Frame is marked: False]
    [Frame is ignored: False]
    [Protocols in frame: eth:ethertype:ip:tcp:gnutella]
Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02
    Destination: 02:00:00:00:00:02
        Address: 02:00:00:00:00:02
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Source: 02:00:00:00:00:01
        Address: 02:00:00:00:00:01
        .... ..1. .... .... .... .... = LG bit: Locally administered address (this is NOT the factory default)
        .... ...0 .... .... .... .... = IG bit: Individual address (unicast)
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2
    0100 .... = Version: 4
    .... 0101 = Header Length: 20 bytes (5)
    Differentiated Services Field: 0x00 (DSCP: CS0, ECN: Not-ECT)
        0000 00.. = Differentiated Services Codepoint: Default (0)
        .... ..00 = Explicit Congestion Notification: Not ECN-Capable Transport (0)
    Total Length: 63
    Identification: 0x0000 (0)
    000. .... = Flags: 0x0
        0... .... = Reserved bit: Not set
        .0.. .... = Don't fragment: Not set
        ..0. .... = More fragments: Not set
    ...0 0000 0000 0000 = Fragment Offset: 0
    Time to Live: 64
    Protocol: TCP (6)
    Header Checksum: 0xf6b5 [validation disabled]
    [Header checksum status: Unverified]
    Source Address: 192.0.2.1
    Destination Address: 192.0.2.2
Transmission Control Protocol, Src Port: 40021, Dst Port: 6346, Seq: 1, Ack: 1, Len: 23
    Source Port: 40021
    Destination Port: 6346
    [Stream index: 13]
    [Conversation completeness: Incomplete (0)]
    [TCP Segment Len: 23]
    Sequence Number: 1    (relative sequence number)
    Sequence Number (raw): 1001
    [Next Sequence Number: 24    (relative sequence number)]
    Acknowledgment Number: 1    (relative ack number)
    Acknowledgment number (raw): 5001
    0101 .... = Header Length: 20 bytes (5)
    Flags: 0x018 (PSH, ACK)
        000. .... .... = Reserved: Not set
        ...0 .... .... = Accurate ECN: Not set
        .... 0... .... = Congestion Window Reduced: Not set
        .... .0.. .... = ECN-Echo: Not set
        .... ..0. .... = Urgent: Not set
        .... ...1 .... = Acknowledgment: Set
        .... .... 1... = Push: Set
        .... .... .0.. = Reset: Not set
        .... .... ..0. = Syn: Not set
        .... .... ...0 = Fin: Not set
        [TCP Flags: ·······AP···]
    Window: 65535
    [Calculated window size: 65535]
    [Window size scaling factor: -1 (unknown)]
    Checksum: 0xd4ce [unverified]
    [Checksum Status: Unverified]
    Urgent Pointer: 0
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000000000 seconds]
        [Time since previous frame in this TCP stream: 0.000000000 seconds]
    [SEQ/ACK analysis]
        [Bytes in flight: 23]
        [Bytes sent since last PSH flag: 23]
    TCP payload (23 bytes)
    [PDU Size: 23]
Gnutella Protocol
    Descriptor Header
        ID: 49494949494949494949494949494949
        Payload: 64 (Push)
        TTL: 7
        Hops: 0
        Length: 0

